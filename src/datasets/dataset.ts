/** A benchmark's data: how it is published, where it is found, and how its file is read. */

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
  /** Names under which the file is published, in the order they are looked for. */
  files: readonly string[];
  /** The hub's copy. */
  hub: HubLocation;
  /** Name of the hand-written sample in samples/. */
  sample: string;
  /** Number of rows of the published file; a file of that name with another number is refused. */
  publishedRows: number;
  /** Where the data comes from and under which terms, for `gpt tasks`. */
  source: string;
  licence: string;
  /** Reads a file of any of the published forms, told by its name. Throws DataError naming file and line. */
  parse(bytes: Uint8Array, file: string): Promise<Row[]>;
}

/** Where the rows came from. */
export interface LoadedDataset<Row> {
  rows: Row[];
  source: 'file' | 'sample' | 'hub';
  /** Base name of the file. */
  file: string;
  /** sha256 (hex) of its bytes. */
  sha256: string;
}
