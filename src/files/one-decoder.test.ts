/** Text of a user comes from decode.ts alone: what decodes bytes elsewhere stands here, with what it decodes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const decoders: Readonly<Record<string, string>> = {
  'checkpoints/block-weights.ts': 'a hash in the cache',
  'checkpoints/gguf-header.ts': 'names within a binary file',
  'checkpoints/leveldb-table.ts': 'names within a binary file',
  'checkpoints/npy.ts': 'the header of a binary file',
  'checkpoints/pickle.ts': 'texts within a binary file, checked there',
  'checkpoints/protobuf-reader.ts': 'texts within a binary file, checked there',
  'checkpoints/pytorch.ts': 'a mark within a binary file',
  'cli/doctor.ts': 'package.json of this program',
  'cli/environment.ts': 'package.json of this program',
  'datasets/byte-split.ts': 'pieces of a file whose bytes are measured, checked there',
  'datasets/formats/parquet.ts': 'texts within a binary file, checked there',
  'datasets/formats/structure.ts': 'the first bytes, to tell what a file is',
  'datasets/formats/xml.ts': 'encodings that XML declares',
  'datasets/text-file.ts': 'a text in pieces, checked there',
  'datasets/text8.ts': 'letters of text8, checked there',
  'datasets/token-file.ts': 'what describes the ids in a file of the cache',
  'files/decode.ts': 'this is it',
  'files/file-kinds.ts': 'the first bytes, to tell what a file is',
  'files/foreign-text.ts': 'what an encoding looks like, for messages',
  'files/windows-1252.ts': 'what an encoding looks like, for messages',
  'hub/cache.ts': 'a hash in the cache',
  'hub/cached-models.ts': 'a commit in the cache',
  'hub/settings.ts': 'a token in the cache',
  'hub/tree.ts': 'answers of the hub, checked there',
  'overlap/ngram-set.ts': 'bytes that were encoded here',
  'overlap/ngrams.ts': 'bytes that were encoded here',
  'overlap/passages.ts': 'bytes that were encoded here',
  'reports/journal-kind.ts': 'the first bytes of a journal of ours',
  'reports/page/page-script.ts': 'a script of this program',
  'results/results-folder.ts': 'a result of ours that is moved aside',
  'runs/journal.ts': 'lines of a journal of ours, checked there',
  'runs/run-lock.ts': 'a lock of ours',
  'runtime/threads.ts': 'what the system says of its processors',
  'tokenizers/byte-symbols.ts': 'bytes of tokens',
  'tokenizers/byte-tokenizer.ts': 'bytes of tokens',
  'tokenizers/rules/decoder.ts': 'bytes of tokens',
};

/** Reading with an encoding, and decoding what was read without one. */
const decodes =
  /\b(?:readFile|readFileSync|createReadStream)\([^;]{0,120}['"](?:utf|latin|ascii|ucs)|\.toString\(['"](?:utf|latin|ascii|ucs)|new TextDecoder|\.setEncoding\(/;

test.each([
  [true, "await readFile(path.join(folder, nameOf(file)), 'utf8');"],
  [true, "readFileSync(file, { encoding: 'utf-8' });"],
  [true, "bytes.toString('latin1');"],
  [false, "await readFile(file);\nconst kind = 'utf8';"],
])('to decode is %s: %s', (is, code) => {
  expect(decodes.test(code)).toBe(is);
});

test('no other file decodes bytes', () => {
  const src = fileURLToPath(new URL('..', import.meta.url));
  const found = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.startsWith('testing/'))
    .filter((file) => decodes.test(readFileSync(path.join(src, file), 'utf8')));
  // A file that is missing here should take its text from decode.ts; one too many no longer decodes.
  expect(found.sort()).toEqual(Object.keys(decoders).sort());
});
