import type { Metric, Result } from '../results/result.js';

/** What a test wants to be different from the example. */
export interface ResultChanges {
  task?: Partial<Result['task']>;
  model?: Partial<Result['model']>;
  data?: Partial<Result['data']>;
  settings?: Partial<Result['settings']>;
  time?: Partial<Result['time']>;
  metrics?: Metric[];
  deviations?: string[];
}

/** A valid result of `gpt2` on the whole of `lambada`; its numbers are made up. */
export function exampleResult(changes: ResultChanges = {}): Result {
  return {
    schema: 1,
    task: { name: 'lambada', title: 'last word of a passage', version: 1, ...changes.task },
    model: {
      name: 'gpt2',
      format: 'safetensors',
      sha256: 'a'.repeat(64),
      parameters: 124_439_808,
      config: {
        architecture: 'gpt2',
        nLayer: 12,
        nHead: 12,
        nEmbd: 768,
        nCtx: 1024,
        vocabSize: 50257,
        layerNormEpsilon: 1e-5,
      },
      tokenizer: { name: 'gpt2', fingerprint: 'b'.repeat(64) },
      ...changes.model,
    },
    data: {
      name: 'lambada_openai, test',
      source: 'hub',
      file: 'lambada_test.jsonl',
      sha256: 'c'.repeat(64),
      rows: 5153,
      complete: true,
      ...changes.data,
    },
    settings: { limit: null, batchTokens: 4096, device: 'cpu', ...changes.settings },
    fingerprint: 'd'.repeat(64),
    metrics: changes.metrics ?? [
      percent('accuracy_whole_word', 'accuracy, whole word', 32.5, 0.65),
      percent('accuracy_last_token', 'accuracy, last token only', 46.5, 0.69),
      percent('accuracy_stop_word_filter', 'accuracy, whole word, no stop words', 42, 0.6875),
      {
        id: 'perplexity',
        label: 'perplexity of the last word',
        value: 40.0625,
        standardError: 1.5,
        n: 5153,
        unit: 'perplexity',
        higherIsBetter: false,
      },
    ],
    counts: { examples: 5153, inputTokens: 430_000, scoredTokens: 6500, truncatedExamples: 0 },
    deviations: changes.deviations ?? ['The stop words are those of another list.'],
    command: 'gpt eval lambada --model gpt2',
    environment: {
      gpt: '0.1.0',
      node: 'v20.20.2',
      onnxruntime: '1.30.0',
      platform: 'linux x64',
      cpu: 'some CPU',
      threads: 2,
    },
    time: {
      finishedAt: '2026-11-24T06:00:00.000Z',
      scoringSeconds: 200,
      tokensPerSecond: 2150,
      ...changes.time,
    },
  };
}

function percent(id: string, label: string, value: number, standardError: number): Metric {
  return { id, label, value, standardError, n: 5153, unit: 'percent', higherIsBetter: true };
}
