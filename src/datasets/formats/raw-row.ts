import type { JsonObject } from '../../files/json-file.js';

/** Where a value stands, for messages. */
export interface Place {
  file: string;
  /** `line 12`, `row 3`. */
  at: string;
}

/** A row as its file has it: its place for messages (`line 12`, `row 3`), and its values by the file's names. */
export interface RawRow {
  at: string;
  values: JsonObject;
}
