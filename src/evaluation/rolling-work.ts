import { UsageError } from '../errors.js';
import { sumLogProbs } from '../metrics/choice.js';
import { inputLength, planBatches } from '../runtime/batch.js';
import type { RecordBase, RollingTask, Units, WindowRecord, Windows } from '../tasks/task.js';
import { loadGpt1Text } from '../tokenizers/gpt1-text.js';
import { cutWindows } from './windows.js';
import { inputHash, type Preparation, prepareRows, type Work } from './work.js';

const noUnits: Units = { words: 0, lines: 0, bytes: 0, characters: 0 };

/** Windows that begin farther apart than they are long would leave tokens between them out. */
function refuseGaps({ windows }: { windows: Windows }, nCtx: number): void {
  if (windows.scheme !== 'stride' || windows.stride <= nCtx) return;
  throw new UsageError(`--stride ${windows.stride} is beyond the context of the model, ${nCtx} tokens.`, {
    hint: `Give at most ${nCtx}, which is what --windows disjoint does.`,
  });
}

/** The work of a task that scores long texts from end to end: one record for each window. */
export async function rollingWork<Row>(
  task: RollingTask<Row>,
  rows: readonly Row[],
  preparation: Preparation,
): Promise<Work> {
  const { tokenizer, nCtx, batchTokens } = preparation;
  refuseGaps(task, nCtx);
  const read = task.reading === 'gpt1' ? await loadGpt1Text() : (text: string) => text;
  const texts = task.texts(rows);
  const perText = await prepareRows(texts, preparation, ({ text, units }, number) => {
    const requests = cutWindows(tokenizer.encode(read(text)), task.windows, nCtx, tokenizer.beginOfText);
    return requests.map((request, place) => ({
      request,
      text: number,
      units: place === 0 ? units : noUnits,
    }));
  });
  const windows = perText.flat();
  const requests = windows.map(({ request }) => request);
  const tokens = requests.map(inputLength);
  return {
    tokens,
    plan: planBatches(tokens, batchTokens),
    async open(models) {
      const scorer = await models.scorer();
      return {
        async *run(batches, signal) {
          for await (const { batch, results, runMs } of scorer.score(requests, batches, signal)) {
            const records = batch.members.map((member, place): RecordBase & WindowRecord => {
              const { request, text, units } = windows[member]!;
              const { logProbs } = results[place]!;
              return {
                index: member,
                input: inputHash([request.ids, request.from]),
                contextTokens: request.from,
                scoredTokens: logProbs.length,
                truncatedTokens: 0,
                text,
                nats: -sumLogProbs(logProbs),
                units,
              };
            });
            const inputTokens = batch.members.reduce((sum, member) => sum + tokens[member]!, 0);
            yield { batch, records, inputTokens, runMs };
          }
        },
        close: () => scorer.close(),
      };
    },
  };
}
