import { type Batch, inputLength, planBatches, type ScoreRequest } from '../runtime/batch.js';
import type { ScoreResult, Scorer } from '../runtime/scorer.js';
import type { LoglikelihoodAnswer, LoglikelihoodTask, RecordBase } from '../tasks/task.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';
import { encodePair, fitContext } from './encode.js';
import { decoder, inputHash, type Preparation, prepareRows, type Work, type WorkRunner } from './work.js';

/** One text of an example, ready for the model. */
interface Sequence {
  request: ScoreRequest;
  truncatedTokens: number;
}

interface Example<Row> {
  index: number;
  row: Row;
  sequences: Sequence[];
  input: string;
}

/** The work of a task that asks for log-probabilities, each after a context of its own. */
export async function loglikelihoodWork<Row, Kept extends object>(
  task: LoglikelihoodTask<Row, Kept>,
  rows: readonly Row[],
  preparation: Preparation,
): Promise<Work> {
  const { tokenizer, nCtx, batchTokens } = preparation;
  const examples = await prepareRows(rows, preparation, (row, index): Example<Row> => {
    const requests = task.requests(row);
    const sequences = requests.map((request) => {
      const { context, continuation } = encodePair(request, tokenizer);
      const { ids, from, truncatedTokens } = fitContext(context, continuation, nCtx);
      return { request: { ids, from }, truncatedTokens };
    });
    const texts = requests.map(({ context, continuation }) => [context, continuation]);
    return { index, row, sequences, input: inputHash(texts.length === 1 ? texts[0] : texts) };
  });
  const lengths = examples.map(({ sequences }) => sequences.map(({ request }) => inputLength(request)));
  return {
    tokens: lengths.map((all) => all.reduce((sum, length) => sum + length, 0)),
    plan: planBatches(
      lengths.map((all) => Math.max(...all)),
      batchTokens,
      lengths.map((all) => all.length),
    ),
    async open(models) {
      const scorer = await models.scorer({ excluded: excludedTokens(task.excludedWords, tokenizer) });
      return scoringRunner(task, examples, tokenizer, scorer);
    },
  };
}

function scoringRunner<Row, Kept extends object>(
  task: LoglikelihoodTask<Row, Kept>,
  examples: readonly Example<Row>[],
  tokenizer: Tokenizer,
  scorer: Scorer,
): WorkRunner {
  const decode = decoder(tokenizer);
  // The scorer counts sequences, the plan examples: all sequences of an example go in the same batch.
  const firsts: number[] = [];
  const requests = examples.flatMap(({ sequences }) => sequences.map(({ request }) => request));
  let first = 0;
  for (const { sequences } of examples) {
    firsts.push(first);
    first += sequences.length;
  }
  const sequencesOf = (member: number) =>
    examples[member]!.sequences.map((_, place) => firsts[member]! + place);
  return {
    async *run(batches, signal) {
      const inner = batches.map(
        ({ members, columns }): Batch => ({ members: members.flatMap(sequencesOf), columns }),
      );
      const outer = batches.values();
      for await (const { batch: scored, results, runMs } of scorer.score(requests, inner, signal)) {
        const batch = outer.next().value!;
        let start = 0;
        const records = batch.members.map((member) => {
          const { row, index, input, sequences } = examples[member]!;
          const answers = sequences.map((sequence, place) =>
            answerOf(sequence, results[start + place]!, decode),
          );
          start += sequences.length;
          return { ...baseOf(index, input, answers), ...task.record(row, answers) };
        });
        const inputTokens = scored.members.reduce((sum, member) => sum + inputLength(requests[member]!), 0);
        yield { batch, records, inputTokens, runMs };
      }
    },
    close: () => scorer.close(),
  };
}

function answerOf(
  { request: { ids, from }, truncatedTokens }: Sequence,
  result: ScoreResult,
  decode: LoglikelihoodAnswer['decode'],
): LoglikelihoodAnswer {
  return { ...result, tokens: ids.slice(from), contextTokens: from, truncatedTokens, decode };
}

/** What a record says of all answers of an example together. */
export function baseOf(index: number, input: string, answers: readonly LoglikelihoodAnswer[]): RecordBase {
  const sum = (count: (answer: LoglikelihoodAnswer) => number) =>
    answers.reduce((total, answer) => total + count(answer), 0);
  return {
    index,
    input,
    contextTokens: sum((answer) => answer.contextTokens),
    scoredTokens: sum((answer) => answer.tokens.length),
    truncatedTokens: sum((answer) => answer.truncatedTokens),
  };
}

/** Ids of the excluded words that are a single token; words of several tokens cannot be the next token. */
function excludedTokens(words: readonly string[] | undefined, tokenizer: Tokenizer): number[] | undefined {
  if (words === undefined) return undefined;
  const ids = words.map((word) => tokenizer.encode(word)).filter((tokens) => tokens.length === 1);
  return [...new Set(ids.flat())].sort((a, b) => a - b);
}
