/**
 * The rows of a data set from whatever holds them: JSON lines, a list in JSON, a table with commas or tabs, Parquet; plain, packed with
 * gzip or in an archive. A file says where each row stands and what its values are called; a data set maps the names.
 */

import { DataError } from '../../errors.js';
import type { JsonObject } from '../../files/json-file.js';
import { type Fields, missingProblem, type ValuesOf } from './fields.js';
import { streamJsonRows } from './json-rows.js';
import { readParquet } from './parquet.js';
import type { Place, RawRow } from './raw-row.js';
import { type Structure, structureOf } from './structure.js';
import { readTable, type TableColumns } from './table.js';
import type { TableOptions } from './table-layout.js';
import { findMember, shownName } from './unpack.js';

/** A row by the names of a data set. */
export class Row<Wanted extends Fields> {
  readonly place: Place;
  readonly values: ValuesOf<Wanted>;
  private readonly fields: Wanted;
  private readonly names: Partial<Record<keyof Wanted, string>>;

  /** Throws DataError for a value that is missing or of another kind. */
  constructor(raw: JsonObject, fields: Wanted, place: Place) {
    const isThere = (name: string) => Object.hasOwn(raw, name) && raw[name] !== undefined;
    const values: Record<string, unknown> = {};
    const names: Record<string, string> = {};
    for (const [key, field] of Object.entries(fields)) {
      const name = field.names.find(isThere);
      if (name !== undefined) {
        names[key] = name;
        values[key] = field.read(raw[name], name, place);
      } else if (!field.isOptional) checkPresent(fields, Object.keys(raw).filter(isThere), place);
    }
    this.place = place;
    this.values = values as ValuesOf<Wanted>;
    this.fields = fields;
    this.names = names as Partial<Record<keyof Wanted, string>>;
  }

  /** What the file calls a value. */
  nameOf(key: keyof Wanted): string {
    return this.names[key] ?? this.fields[key]!.names[0]!;
  }

  /** The value of a field that is optional in itself, but not beside what else the row has. Throws DataError where it is missing. */
  need<Key extends keyof Wanted>(key: Key): NonNullable<ValuesOf<Wanted>[Key]> {
    const value = this.values[key];
    if (value !== undefined && value !== null) return value;
    throw new DataError(missingProblem(this.fields[key]!, Object.values(this.names as object), this.place));
  }
}

/** Which member of an archive is meant, and what a table does not say of itself. */
export interface RowOptions extends Omit<TableOptions, 'member'> {
  /** Names in archives, in the order in which they are looked for; an only file may have any. */
  members?: readonly string[];
}

/**
 * The rows of a file. What is not told by its first bytes or its name is a table. Throws DataError naming file and place for a field
 * that is missing or of another kind.
 */
export async function readRows<Wanted extends Fields>(
  file: string,
  fields: Wanted,
  { members = [], ...options }: RowOptions = {},
): Promise<Row<Wanted>[]> {
  const member = await findMember(file, members);
  return readMember(file, fields, { ...options, member }, await structureOf(file, { member }));
}

/** As `readRows`, but undefined for what is a text, in a form of its own. */
export async function findRows<Wanted extends Fields>(
  file: string,
  fields: Wanted,
  { members = [], ...options }: RowOptions = {},
): Promise<Row<Wanted>[] | undefined> {
  const member = await findMember(file, members);
  const structure = await structureOf(file, { member });
  return structure && readMember(file, fields, { ...options, member }, structure);
}

async function readMember<Wanted extends Fields>(
  file: string,
  fields: Wanted,
  options: TableOptions,
  structure: Structure | undefined,
): Promise<Row<Wanted>[]> {
  const name = shownName(file, options.member);
  const row = ({ at, values }: RawRow) => new Row(values, fields, { file: name, at });
  if (structure === 'json') {
    const rows: Row<Wanted>[] = [];
    for await (const raw of streamJsonRows(file, options)) rows.push(row(raw));
    return rows;
  }
  if (structure === 'numbers') {
    throw new DataError({
      file: name,
      problem: 'a list of byte numbers.',
      hint: 'Pass the text that the bytes are.',
    });
  }
  const wanted = Object.values(fields).flatMap(({ names }) => names);
  const isWanted = (column: string) => wanted.includes(column);
  if (structure === 'parquet') {
    const choose = (columns: readonly string[]) => {
      checkPresent(fields, columns, { file: name });
      return columns.filter(isWanted);
    };
    return (await readParquet(file, choose, options)).map(row);
  }
  const { columns } = options;
  const table: TableColumns = {
    count: (names) => Object.values(fields).filter((field) => presentName(field, names) !== undefined).length,
    isHeader({ names, separator, ...at }) {
      const isNamed = Object.values(fields).every(
        (field) => field.isOptional || field.absence || presentName(field, names) !== undefined,
      );
      if (columns !== undefined && !isNamed) return false;
      const place = { ...at, at: 'line 1' };
      checkPresent(fields, names, place, `the first line must name the columns, with ${separator} between`);
      return true;
    },
    isWanted,
  };
  return (await readTable(file, table, { ...options, structure })).map(row);
}

const presentName = ({ names }: Fields[string], present: readonly string[]) =>
  names.find((name) => present.includes(name));

/** Throws DataError for the first field that is not there; `rule` is what a table's first line must do. */
function checkPresent(
  fields: Fields,
  present: readonly string[],
  place: { file: string; at?: string },
  rule?: string,
): void {
  const missing = Object.values(fields).filter(
    (field) => !field.isOptional && presentName(field, present) === undefined,
  );
  const [field] = missing;
  if (field === undefined) return;
  const name = field.names[0]!;
  const expected = field.names.join(' or ');
  const found = present.join(', ').slice(0, 120) || (rule === undefined ? 'nothing' : 'an empty file');
  const { reason, hint } = (missing.length === 1 ? field.absence : undefined) ?? {};
  if (reason !== undefined) {
    throw new DataError({
      ...place,
      problem: `the column ${name} is missing, ${reason}.`,
      expected,
      found,
      hint,
    });
  }
  const { file, at } = place;
  if (rule === undefined && at !== undefined)
    throw new DataError(missingProblem(field, present, { file, at }));
  const problem = `the column ${name} is missing${rule === undefined ? '' : `: ${rule}`}.`;
  throw new DataError({ ...place, problem, expected, found });
}
