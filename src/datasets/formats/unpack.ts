import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError, UserError } from '../../errors.js';
import { unreadable } from '../../files/unreadable.js';
import type { ArchiveMember } from './archive-member.js';
import { streamTarMembers } from './tar.js';
import { limitUnpacked } from './unpack-limits.js';
import { streamZipMembers } from './zip.js';

/** Which file of an archive is meant: its whole path there, or the end of it from a `/` on. Needed where there are several. */
export interface MemberOption {
  member?: string;
}

/** `file` for messages, with the member where one was asked for. */
export const shownName = (file: string, member?: string) =>
  member === undefined ? file : `${file} (${member})`;

/**
 * The bytes of a file, unpacked as its name says: `.gz`, `.zip`, `.tar`, `.tar.gz`, `.tgz`, anything else as it is
 * unless its first bytes are those of gzip. Nothing is written to disk, and memory holds a piece at a time.
 *
 * Throws DataError when the archive is damaged, unpacks to more than is believable, has a member outside its folder, or
 * when it is not clear which member is meant; UserError when the system refuses to read the file.
 */
export async function* unpack(file: string, { member }: MemberOption = {}): AsyncGenerator<Uint8Array> {
  if (!isArchive(file)) {
    yield* explained(file, isGzip(file) || (await beginsLikeGzip(file)) ? gunzipped(file) : plainBytes(file));
    return;
  }
  const chosen = await chooseMember(file, member);
  for await (const { name, bytes } of streamMembers(file)) {
    if (name !== chosen) continue;
    yield* bytes();
    return;
  }
}

/** Whether a file holds others, by its name. */
export const isArchive = (file: string) => /\.(zip|tar|tar\.gz|tgz)$/i.test(file);

const isGzip = (file: string) => /\.(gz|tgz)$/i.test(file);

/** The files in an archive, in its order, without folders, links and what macOS adds. Throws as `unpack` does. */
export async function* streamMembers(file: string): AsyncGenerator<ArchiveMember> {
  const members = /\.zip$/i.test(file)
    ? streamZipMembers(file)
    : streamTarMembers(isGzip(file) ? gunzipped(file) : plainBytes(file));
  for await (const { name: written, bytes } of explained(file, members)) {
    const name = written.replace(/^(\.\/)+/, '');
    if (name.startsWith('/') || /^[a-z]:/i.test(name) || name.split(/[/\\]/).includes('..')) {
      throw new DataError({
        file,
        problem: 'the archive has a member outside its own folder.',
        found: written,
      });
    }
    if (name.startsWith('__MACOSX/') || name.split('/').at(-1)!.startsWith('._')) continue;
    yield { name, bytes: () => explained(file, bytes()) };
  }
}

async function chooseMember(file: string, wanted: string | undefined): Promise<string> {
  const names: string[] = [];
  for await (const { name } of streamMembers(file)) {
    if (name === wanted) return name;
    names.push(name);
  }
  const found = wanted === undefined ? names : namedMembers(names, wanted);
  if (found.length === 1) return found[0]!;
  throw notChosen(file, wanted ?? 'one file', found.length > 1 ? found : names, found.length > 1);
}

const namedMembers = (names: readonly string[], wanted: string) =>
  names.filter((name) => name === wanted || name.endsWith(`/${wanted}`));

function notChosen(file: string, expected: string, found: readonly string[], isMany: boolean): DataError {
  return new DataError({
    file,
    problem: isMany
      ? 'several files in the archive could be meant.'
      : 'the archive does not hold the file that is wanted.',
    expected,
    found: found.slice(0, 5).join(', ') + (found.length > 5 ? ', …' : '') || 'none',
    hint: 'Unpack the archive and pass the file itself.',
  });
}

/**
 * The member of an archive that is meant: the first of these names that it holds, else its only file; undefined where the file is no
 * archive. Throws DataError where it is not clear.
 */
export async function findMember(file: string, wanted: readonly string[]): Promise<string | undefined> {
  if (!isArchive(file)) return undefined;
  const names: string[] = [];
  for await (const { name } of streamMembers(file)) names.push(name);
  for (const one of wanted) {
    const found = namedMembers(names, one);
    if (found.length > 1) throw notChosen(file, one, found, true);
    if (found.length === 1) return found[0];
  }
  if (names.length === 1) return names[0];
  throw notChosen(file, wanted.join(' or ') || 'one file', names, wanted.length === 0 && names.length > 0);
}

function plainBytes(file: string): Readable {
  return createReadStream(file, { highWaterMark: 256 * 1024 });
}

async function beginsLikeGzip(file: string): Promise<boolean> {
  try {
    // A pipe can be read once only.
    if (!(await stat(file)).isFile()) return false;
    for await (const chunk of createReadStream(file, { end: 2 })) {
      return (chunk as Buffer).equals(Buffer.from([0x1f, 0x8b, 0x08]));
    }
  } catch {
    // Reading it says what is wrong.
  }
  return false;
}

function gunzipped(file: string): AsyncGenerator<Uint8Array> {
  const packed = createReadStream(file);
  // The callback's error is the one that reading throws as well.
  const unpacked = pipeline(packed, createGunzip({ chunkSize: 256 * 1024 }), () => {});
  return limitUnpacked(unpacked, () => packed.bytesRead, file);
}

/** What libraries throw about a damaged file becomes a DataError, what the system says a UserError. */
async function* explained<Item>(file: string, items: AsyncIterable<Item>): AsyncGenerator<Item> {
  try {
    yield* items;
  } catch (cause) {
    throw explain(file, cause);
  }
}

function explain(file: string, cause: unknown): unknown {
  if (cause instanceof UserError || cause instanceof TypeError || !(cause instanceof Error)) return cause;
  if ('syscall' in cause) return unreadable(file, cause);
  const kind = /\.zip$/i.test(file) ? 'zip' : /\.tar$/i.test(file) ? 'tar' : 'gzip';
  return new DataError(
    {
      file,
      problem: `not a whole and undamaged ${kind} file: ${cause.message.replace(/\.$/, '')}.`,
      hint: 'Fetch it again.',
    },
    { cause },
  );
}
