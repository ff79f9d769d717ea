/** A benchmark's data: how it is published, where it is found, and how its files are read. */

/** A file on the hub. */
export interface HubLocation {
  repo: string;
  path: string;
  revision?: string;
}

/** A published data set, or one split of it. `Row` is one example as the file has it. */
export interface Dataset<Row> {
  /** Name for results and messages: `lambada_openai, test`. */
  name: string;
  /** Folder of GPT_DATA_DIR that is looked in. */
  folder: string;
  /**
   * Names under which the data is published, in the order they are looked for. A list inside the list are files that
   * together are the data; a name that ends in `/` is a folder whose files are.
   */
  files: readonly (string | readonly string[])[];
  /** The hub's copy, in the order `read` wants; absent where there is none that can be read as published. */
  hub?: HubLocation | readonly HubLocation[];
  /** Where the data lies unless the user says otherwise: a path, of a benchmark of one's own. */
  home?: string;
  /** Name of the hand-written sample in samples/, in one of the published forms; several where the form has several files, none without one. */
  sample: string | readonly string[];
  /**
   * Number of rows of the published data; data under its published name with another number is refused. Absent where any text of
   * the user will do.
   */
  publishedRows?: number;
  /** Where the data comes from and under which terms, for `gpt tasks`. */
  source: string;
  licence: string;
  /**
   * Reads the data in any of its published forms, told by the names of the files (absolute paths, in the order of `files`; a
   * folder as the sorted files in it). Throws DataError naming file and line. What is read otherwise than it stands there is
   * said to `note`, in a sentence.
   */
  read(files: readonly string[], note?: (sentence: string) => void): Promise<Row[]>;
}

/** Where the rows came from. */
export interface LoadedDataset<Row> {
  rows: Row[];
  source: 'file' | 'sample' | 'hub';
  /** Base name of the file; of several, joined with ` + `; of a folder, its name with `/`. */
  file: string;
  /** sha256 (hex) of its bytes, file after file. */
  sha256: string;
  /** Whether these are the published data as a whole (`isPublished`). */
  published: boolean;
  /** What was read otherwise than it stands in the file, in sentences. */
  notes: readonly string[];
}
