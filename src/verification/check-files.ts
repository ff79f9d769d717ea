/** Published files and weights: is this, byte for byte or number for number, what was released? */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Checkpoint } from '../checkpoints/checkpoint.js';
import { type ContentDigest, contentDigest } from '../checkpoints/content-digest.js';
import { hashFile } from '../hub/checksum.js';
import type { PublishedFile, PublishedWeights } from './answers.js';
import { type CheckedFact, secondsSince } from './fact.js';

/** How the files are looked at. */
export interface CheckFilesOptions {
  /**
   * The folder is the published one itself. In any other a file may lawfully have other bytes, saved anew by some program, and
   * the steps after this one tell whether it says the same.
   */
  isPublished: boolean;
  signal?: AbortSignal;
  onProgress?: (file: string) => void;
}

/** Size and sha256 of each published file that is in the folder. */
export async function checkFiles(
  folder: string,
  published: readonly PublishedFile[],
  { isPublished, signal, onProgress }: CheckFilesOptions,
): Promise<CheckedFact[]> {
  const facts: CheckedFact[] = [];
  for (const { file, bytes, sha256, source } of published) {
    const start = performance.now();
    const place = path.join(folder, file);
    const size = await stat(place).then(
      (found) => found.size,
      () => undefined,
    );
    const fact = { step: 'files' as const, what: file, expected: describe(bytes, sha256), source };
    if (size === undefined) {
      facts.push({ ...fact, verdict: 'not checked', note: 'not in the folder of the model', seconds: 0 });
      continue;
    }
    onProgress?.(file);
    const found = await hashFile(place, 'sha256', signal);
    const seconds = secondsSince(start);
    const other = { ...fact, found: describe(size, found), seconds };
    if (found === sha256) facts.push({ ...other, verdict: 'holds' });
    // Bytes that were changed where they lay do not change their number.
    else if (isPublished || size === bytes) facts.push({ ...other, verdict: 'fails' });
    else {
      const note = 'another file than the published one; the steps below tell whether it says the same';
      facts.push({ ...other, verdict: 'not checked', note });
    }
  }
  return facts;
}

function describe(bytes: number | undefined, sha256: string): string {
  return `${bytes === undefined ? '' : `${bytes.toLocaleString('en-US')} bytes, `}sha256 ${sha256}`;
}

/** The numbers themselves, in whatever format they lie there. Names the tensors that differ. */
export async function checkWeights(
  checkpoint: Checkpoint,
  published: PublishedWeights | undefined,
  options: Pick<CheckFilesOptions, 'signal'> & { onTensor?: (done: number, total: number) => void } = {},
): Promise<CheckedFact[]> {
  const start = performance.now();
  const what = 'all tensors, in any format';
  if (checkpoint.kind === 'onnx') {
    const note = 'an ONNX export has its weights under names of its own';
    return [{ step: 'weights', what, expected: '–', source: '–', verdict: 'not checked', note, seconds: 0 }];
  }
  const content = await contentDigest(checkpoint, options);
  const fact = { step: 'weights' as const, what, found: `digest ${content.digest}` };
  if (published === undefined) {
    const note = 'nobody has published their digest; this one is the same for every format of these weights';
    return [
      { ...fact, expected: '–', source: '–', verdict: 'not checked', note, seconds: secondsSince(start) },
    ];
  }
  const other = differing(content, published);
  const types = [...new Set([...checkpoint.tensors.values()].map(({ dtype }) => dtype))];
  return [
    {
      ...fact,
      expected: `digest ${published.digest}`,
      source: published.source,
      verdict: content.digest === published.digest ? 'holds' : 'fails',
      ...(content.digest === published.digest
        ? {}
        : { note: `${describeTensors(other)} (stored as ${types.join(', ')})` }),
      seconds: secondsSince(start),
    },
  ];
}

function differing({ tensors }: ContentDigest, published: PublishedWeights): string[] {
  const names = new Set([...tensors.keys(), ...Object.keys(published.tensors)]);
  return [...names].filter((name) => tensors.get(name)?.slice(0, 16) !== published.tensors[name]).sort();
}

function describeTensors(names: readonly string[]): string {
  if (names.length === 0) return 'tensors of other shapes';
  const shown = names.slice(0, 4).join(', ');
  return `other numbers in ${names.length > 4 ? `${shown} and ${names.length - 4} more tensors` : shown}`;
}
