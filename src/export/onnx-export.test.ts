import { existsSync, readFileSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WeightsCheckpoint } from '../checkpoints/checkpoint.js';
import { openCheckpoint } from '../checkpoints/open.js';
import { readTensor } from '../checkpoints/read-tensor.js';
import { writeSafetensors } from '../checkpoints/safetensors-writer.js';
import { DataError, UserError } from '../errors.js';
import { explainWriteError } from '../files/space.js';
import { planBatches } from '../runtime/batch.js';
import { openScorer } from '../runtime/scorer.js';
import { referenceFolder } from '../testing/reference.js';
import { byteTokenizerFiles } from '../tokenizers/byte-tokenizer.js';
import { loadTokenizer } from '../tokenizers/load.js';
import { writePieces } from './file-pieces.js';
import { exportOnnx } from './onnx-export.js';

/** Random checkpoints with values computed by PyTorch 2 in float64 (README.md of that folder). */

interface Expected {
  sequences: { ids: number[]; token_logprobs: number[]; argmax: number[]; last_logits: number[] }[];
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-export-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function openWeights(location: string): Promise<WeightsCheckpoint> {
  const checkpoint = await openCheckpoint(location);
  if (checkpoint.kind !== 'weights') throw new Error(`${location} holds no weights`);
  return checkpoint;
}

/** Largest difference of log-probabilities over all sequences; arg-max must be the same everywhere. */
async function compareScores(location: string, expected: Expected): Promise<number> {
  const scorer = await openScorer(await openCheckpoint(location), { threads: 1 });
  try {
    const requests = expected.sequences.map(({ ids }) => ({ ids, from: 1 }));
    const lengths = requests.map(({ ids }) => ids.length - 1);
    let worst = 0;
    for await (const { batch, results } of scorer.score(requests, planBatches(lengths, 100))) {
      batch.members.forEach((member, i) => {
        const { token_logprobs, argmax } = expected.sequences[member]!;
        expect(results[i]!.argMax).toEqual(argmax.slice(0, -1));
        expect(results[i]!.logProbs).toHaveLength(token_logprobs.length);
        results[i]!.logProbs.forEach((value, t) => {
          worst = Math.max(worst, Math.abs(value - token_logprobs[t]!));
        });
      });
    }
    return worst;
  } finally {
    await scorer.close();
  }
}

describe('export of the reference checkpoints', () => {
  describe.each(['gpt1-random', 'gpt2-random'])('%s', (name) => {
    const expected = (): Expected =>
      JSON.parse(readFileSync(path.join(referenceFolder, name, 'expected.json'), 'utf8'));

    test.each([
      ['weights inside', undefined],
      ['weights beside', 100_000],
    ])('with its %s is read back with the same numbers', async (_how, externalDataAbove) => {
      const output = path.join(folder, 'out');
      const progress: number[] = [];
      const exported = await exportOnnx(await openCheckpoint(path.join(referenceFolder, name)), output, {
        externalDataAbove,
        onProgress: (done, total) => progress.push(done / total),
      });
      const data = externalDataAbove === undefined ? [] : ['model.onnx_data'];
      expect(exported.files).toEqual(['model.onnx', ...data, 'config.json']);
      expect((await readdir(output)).sort()).toEqual([...exported.files].sort());
      const sizes = await Promise.all(
        exported.files.map(async (file) => (await stat(path.join(output, file))).size),
      );
      expect(sizes.reduce((a, b) => a + b)).toBe(exported.sizeBytes);
      expect(progress.at(-1)).toBe(1);
      expect(exported.notes.join()).toMatch('no tokenizer');
      expect(await compareScores(output, expected())).toBeLessThan(1e-4);
    });

    test('runs in ONNX Runtime by itself and gives the logits', async () => {
      await exportOnnx(await openCheckpoint(path.join(referenceFolder, name)), folder, {
        externalDataAbove: 100_000,
      });
      const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'), {
        intraOpNumThreads: 1,
      });
      expect(session.inputNames).toEqual(['input_ids']);
      expect(session.outputNames).toEqual(['logits']);
      for (const { ids, last_logits } of expected().sequences) {
        const input = new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
        const { logits } = await session.run({ input_ids: input });
        expect(logits!.dims).toEqual([1, ids.length, last_logits.length]);
        const last = (logits!.data as Float32Array).slice(-last_logits.length);
        last_logits.forEach((value, i) => {
          expect(last[i]).toBeCloseTo(value, 4);
        });
      }
      await session.release();
    });
  });

  test('a TensorFlow checkpoint gives the same file as safetensors of the same weights', async () => {
    const [a, b] = ['a', 'b'].map((name) => path.join(folder, name)) as [string, string];
    await exportOnnx(await openCheckpoint(path.join(referenceFolder, 'gpt2-random')), a);
    await exportOnnx(await openCheckpoint(path.join(referenceFolder, 'gpt2-random/tensorflow')), b);
    expect(
      (await readFile(path.join(a, 'model.onnx'))).equals(await readFile(path.join(b, 'model.onnx'))),
    ).toBe(true);
  });

  test('16-bit weights stay 16 bits in the file and give what the same weights give here', async () => {
    const source = await openWeights(path.join(referenceFolder, 'gpt2-random'));
    const half = path.join(folder, 'half');
    await mkdir(half);
    const tensors = await Promise.all(
      [...source.tensors.values()].map(async (tensor) => {
        const bits = new Uint32Array((await readTensor(tensor)).buffer);
        const upper = Uint16Array.from(bits, (value) => value >>> 16);
        return { ...tensor, dtype: 'BF16' as const, data: new Uint8Array(upper.buffer) };
      }),
    );
    await writeSafetensors(path.join(half, 'model.safetensors'), tensors);
    await writeFile(
      path.join(half, 'config.json'),
      await readFile(path.join(referenceFolder, 'gpt2-random/config.json')),
    );
    const output = path.join(folder, 'out');
    const exported = await exportOnnx(await openCheckpoint(half), output);
    expect(exported.sizeBytes).toBeLessThan(
      0.6 * (await stat(path.join(referenceFolder, 'gpt2-random/model.safetensors'))).size,
    );

    const own = await scoreAll(half);
    const back = await scoreAll(output);
    expect(back).toHaveLength(own.length);
    back.forEach((value, i) => {
      expect(value).toBeCloseTo(own[i]!, 4);
    });
  });

  /** Log-probabilities of the reference sequences, one after another. */
  async function scoreAll(location: string): Promise<number[]> {
    const { sequences } = JSON.parse(
      readFileSync(path.join(referenceFolder, 'gpt2-random/expected.json'), 'utf8'),
    ) as Expected;
    const requests = sequences.map(({ ids }) => ({ ids, from: 1 }));
    const scorer = await openScorer(await openCheckpoint(location), { threads: 1 });
    const all: number[] = [];
    for await (const { results } of scorer.score(
      requests,
      planBatches(
        requests.map(({ ids }) => ids.length - 1),
        100,
      ),
    )) {
      all.push(...results.flatMap(({ logProbs }) => logProbs));
    }
    await scorer.close();
    return all;
  }

  test('the tokenizer goes along, under the names of the Hugging Face layout', async () => {
    const source = path.join(folder, 'in');
    await mkdir(source);
    for (const name of ['config.json', 'model.safetensors']) {
      await writeFile(
        path.join(source, name),
        await readFile(path.join(referenceFolder, 'gpt2-random', name)),
      );
    }
    // The names of openai/gpt-2; the export has those of Hugging Face.
    const symbols = byteTokenizerFiles();
    await writeFile(path.join(source, 'encoder.json'), JSON.stringify(Object.fromEntries(symbols.vocab)));
    await writeFile(path.join(source, 'vocab.bpe'), '#version: 0.2\n');
    const output = path.join(folder, 'out');
    const { files, notes } = await exportOnnx(await openCheckpoint(source), output);
    expect(files).toEqual([
      'model.onnx',
      'config.json',
      'merges.txt',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.json',
    ]);
    expect(notes).toEqual([]);
    const [before, after] = await Promise.all(
      [source, output].map((place) => loadTokenizer(place, { architecture: 'gpt2' })),
    );
    expect(after!.fingerprint).toBe(before!.fingerprint);
    expect(after!.encode('a b')).toEqual(before!.encode('a b'));
  });

  test('files in the way are kept, unless the user forces it', async () => {
    const checkpoint = await openCheckpoint(path.join(referenceFolder, 'gpt2-random'));
    await writeFile(path.join(folder, 'config.json'), 'mine');
    await expect(exportOnnx(checkpoint, folder)).rejects.toThrow(/already holds config\.json/);
    expect(await readdir(folder)).toEqual(['config.json']);
    expect(await readFile(path.join(folder, 'config.json'), 'utf8')).toBe('mine');

    await writeFile(path.join(folder, 'model.onnx_data'), 'of an earlier export');
    const { files } = await exportOnnx(checkpoint, folder, { force: true });
    expect((await readdir(folder)).sort()).toEqual([...files].sort());
  });

  test('the folder of the checkpoint is no place for its export, not even by force', async () => {
    const source = path.join(folder, 'in');
    await mkdir(source);
    for (const name of ['config.json', 'model.safetensors']) {
      await writeFile(
        path.join(source, name),
        await readFile(path.join(referenceFolder, 'gpt2-random', name)),
      );
    }
    const checkpoint = await openCheckpoint(source);
    await expect(exportOnnx(checkpoint, `${source}/.`, { force: true })).rejects.toThrow(
      /folder of the checkpoint itself/,
    );
    expect((await readdir(source)).sort()).toEqual(['config.json', 'model.safetensors']);
  });

  test('an ONNX model is not exported again', async () => {
    const checkpoint = await openCheckpoint(path.join(referenceFolder, 'gpt2-random/onnx/model.onnx'));
    const failed = exportOnnx(checkpoint, path.join(folder, 'out'));
    await expect(failed).rejects.toBeInstanceOf(UserError);
    await expect(failed).rejects.toThrow(/is an ONNX model already/);
  });

  test('nothing is left of an export that was interrupted', async () => {
    const checkpoint = await openCheckpoint(path.join(referenceFolder, 'gpt2-random'));
    const controller = new AbortController();
    const output = path.join(folder, 'out');
    const failed = exportOnnx(checkpoint, output, {
      signal: controller.signal,
      externalDataAbove: 100_000,
      // config.json is written by then, the weights are on their way.
      onProgress: (done) => done > 100_000 && controller.abort(new Error('stopped')),
    });
    await expect(failed).rejects.toThrow('stopped');
    expect(existsSync(output)).toBe(false);
  });

  test('a checkpoint that shrinks underneath is an error that names the file', async () => {
    const source = path.join(folder, 'in');
    await mkdir(source);
    for (const name of ['config.json', 'model.safetensors']) {
      await writeFile(
        path.join(source, name),
        await readFile(path.join(referenceFolder, 'gpt2-random', name)),
      );
    }
    const checkpoint = await openCheckpoint(source);
    await truncate(path.join(source, 'model.safetensors'), 300_000);
    const output = path.join(folder, 'out');
    const failed = exportOnnx(checkpoint, output);
    await expect(failed).rejects.toBeInstanceOf(DataError);
    await expect(failed).rejects.toThrow(/model\.safetensors: the file became shorter/);
    expect(existsSync(output)).toBe(false);
  });

  test('a file where the folder should be is said to be in the way', async () => {
    const checkpoint = await openCheckpoint(path.join(referenceFolder, 'gpt2-random'));
    const file = path.join(folder, 'file');
    await writeFile(file, '');
    for (const output of [file, path.join(file, 'sub')]) {
      await expect(exportOnnx(checkpoint, output)).rejects.toThrow(/a file is in the way/);
    }
  });

  test.skipIf(process.getuid?.() === 0)(
    'a read-only folder is said to be read-only (needs a user other than root)',
    async () => {
      const checkpoint = await openCheckpoint(path.join(referenceFolder, 'gpt2-random'));
      await chmod(folder, 0o555);
      await expect(exportOnnx(checkpoint, folder)).rejects.toThrow(/read-only for you/);
      await chmod(folder, 0o755);
    },
  );

  test.skipIf(!existsSync('/dev/full'))('a full disk is said to be full (needs /dev/full)', async () => {
    // The device that is always full gives the error that a full disk gives.
    const full = await open('/dev/full', 'w');
    const error = await writePieces(full, [new Uint8Array(10)], () => {}).catch(
      (failure: unknown) => failure,
    );
    await full.close();
    expect(explainWriteError(error, { path: folder, variable: '--output' })).toMatchObject({
      message: expect.stringMatching(/full/),
      hint: expect.stringMatching(/--output/),
    });
  });
});
