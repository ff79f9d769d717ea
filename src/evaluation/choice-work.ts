import { UserError } from '../errors.js';
import { planBatches } from '../runtime/batch.js';
import { type ChoiceScoreRequest, packedLength } from '../runtime/choices.js';
import type { ChoiceTask, LoglikelihoodAnswer } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { baseOf } from './loglikelihood-work.js';
import { decoder, inputHash, type Preparation, prepareRows, type Work } from './work.js';

interface Example<Row> {
  index: number;
  row: Row;
  request: ChoiceScoreRequest;
  truncatedTokens: number;
  input: string;
}

/** The work of a task that asks which of several options goes on best after one context, which is computed once. */
export async function choiceWork<Row, Kept extends object>(
  task: ChoiceTask<Row, Kept>,
  rows: readonly Row[],
  preparation: Preparation,
): Promise<Work> {
  const { tokenizer, nCtx, batchTokens } = preparation;
  const examples = await prepareRows(rows, preparation, (row, index): Example<Row> => {
    const { context, options } = task.request(row);
    const encoded = encodeOptions(context, options, tokenizer, index);
    return { index, row, input: inputHash([context, ...options]), ...fitOptions(encoded, nCtx) };
  });
  const requests = examples.map(({ request }) => request);
  const lengths = requests.map(packedLength);
  return {
    tokens: lengths,
    plan: planBatches(lengths, batchTokens),
    async open(models) {
      const scorer = await models.scorer({ choices: true });
      const decode = decoder(tokenizer);
      return {
        async *run(batches, signal) {
          for await (const { batch, results, runMs } of scorer.scoreChoices(requests, batches, signal)) {
            const records = batch.members.map((member, place) => {
              const { row, index, input, request, truncatedTokens } = examples[member]!;
              const answers = results[place]!.map((result, option): LoglikelihoodAnswer => {
                const tokens = [...request.options[option]!];
                return { ...result, tokens, contextTokens: request.context.length, truncatedTokens, decode };
              });
              const { scoredTokens } = baseOf(index, input, answers);
              // The context is there once, whatever the number of options.
              const base = {
                index,
                input,
                contextTokens: request.context.length,
                scoredTokens,
                truncatedTokens,
              };
              return { ...base, ...task.record(row, answers) };
            });
            const inputTokens = batch.members.reduce((sum, member) => sum + lengths[member]!, 0);
            yield { batch, records, inputTokens, runMs };
          }
        },
        close: () => scorer.close(),
      };
    },
  };
}

/**
 * Tokens of a context and its options. As long as every option leaves the context's own tokens alone, they are shared; where
 * one does not (`dis|agree`), the options go on behind the last token that all of them have. Throws UserError where there is none.
 */
function encodeOptions(
  context: string,
  options: readonly string[],
  tokenizer: Tokenizer,
  index: number,
): ChoiceScoreRequest {
  const wholes = options.map((option) => tokenizer.encode(context + option));
  const alone = tokenizer.encode(context);
  let shared = alone.length;
  for (const whole of wholes) {
    let same = 0;
    while (same < shared && same < whole.length - 1 && whole[same] === alone[same]) same++;
    shared = same;
  }
  if (shared > 0) return { context: alone.slice(0, shared), options: wholes.map((ids) => ids.slice(shared)) };
  if (tokenizer.beginOfText === undefined) {
    throw new UserError(
      `Example ${index + 1} has no token before its options, and this model has none to begin a text with.`,
      { hint: 'Leave the example out, or take a model with a token that begins texts.' },
    );
  }
  return { context: [tokenizer.beginOfText], options: wholes };
}

/** Cuts the context from the left until the longest option fits; an option that does not fit by itself loses its beginning. */
function fitOptions(
  { context, options }: ChoiceScoreRequest,
  nCtx: number,
): { request: ChoiceScoreRequest; truncatedTokens: number } {
  const longest = Math.max(...options.map((option) => option.length));
  const excess = Math.max(0, context.length + longest - 1 - nCtx);
  const truncatedTokens = Math.min(excess, context.length - 1);
  const room = nCtx + 1 - (context.length - truncatedTokens);
  return {
    request: {
      context: context.slice(truncatedTokens),
      options: options.map((option) => option.slice(-room)),
    },
    truncatedTokens,
  };
}
