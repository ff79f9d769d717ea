import { createHash } from 'node:crypto';
import { UserError } from '../errors.js';
import type { Batch } from '../runtime/batch.js';
import type { GenerationRequest, GenerationResult, Generator } from '../runtime/generator.js';
import type { GeneratedAnswer, GenerateTask, RecordBase } from '../tasks/task.js';
import { type EncodedPrompt, encodePrompt } from './prompt.js';
import { decoder, inputHash, type Preparation, prepareRows, type Work, type WorkRunner } from './work.js';

/** Rows that write at the same time: more bring little more speed, and each keeps keys and values in memory. */
const MOST_ROWS = 16;
/** Positions that the rows of a batch may fill together: 1.2 GB of keys and values at GPT-2's smallest size. */
const MOST_POSITIONS = 16_384;

interface Example<Row> {
  index: number;
  row: Row;
  /** Tokens that the model reads and writes for the first prompt. */
  positions: number;
}

/** The work of a task for which the model writes. Rows of a batch write together, prompt after prompt. */
export async function generateWork<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  rows: readonly Row[],
  preparation: Preparation,
): Promise<Work> {
  const { tokenizer, nCtx } = preparation;
  const room = promptRoom(task, nCtx);
  const examples = await prepareRows(rows, preparation, (row, index): Example<Row> => {
    const prompt = task.prompt(row, []);
    const read = prompt === undefined ? 0 : encodePrompt(prompt, tokenizer, room).ids.length;
    return { index, row, positions: read + task.maxTokens };
  });
  const positions = examples.map((example) => example.positions);
  return {
    tokens: positions,
    plan: planWriting(positions),
    async open(models) {
      return writingRunner(task, examples, preparation, await models.generator());
    },
  };
}

/** Positions that are left for a prompt when an answer of full length has to fit behind it. */
function promptRoom({ maxTokens, name }: { maxTokens: number; name: string }, nCtx: number): number {
  const room = nCtx - maxTokens;
  if (room < 1) {
    throw new UserError(
      `${name} needs more than the ${nCtx} positions of this model: it lets it write ${maxTokens} tokens.`,
      {
        hint: 'Take a model with a longer context.',
      },
    );
  }
  return room;
}

/** Longest first, as planBatches does, but by what is kept in memory. */
function planWriting(positions: readonly number[]): Batch[] {
  const order = positions.map((_, index) => index).sort((a, b) => positions[b]! - positions[a]! || a - b);
  const batches: Batch[] = [];
  let current: Batch | undefined;
  for (const index of order) {
    const full =
      current === undefined ||
      current.members.length === MOST_ROWS ||
      (current.members.length + 1) * current.columns > MOST_POSITIONS;
    if (current === undefined || full) {
      current = { members: [], columns: positions[index]! };
      batches.push(current);
    }
    current.members.push(index);
  }
  return batches;
}

function writingRunner<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  examples: readonly Example<Row>[],
  preparation: Preparation,
  generator: Generator,
): WorkRunner {
  return {
    async *run(batches, signal) {
      for (const batch of batches) {
        if (signal?.aborted) return;
        const members = batch.members.map((member) => examples[member]!);
        const start = performance.now();
        const written = await writeAnswers(task, members, preparation, generator, signal);
        // Half a batch is none: it is written again when the run goes on.
        if (written === undefined) return;
        const runMs = performance.now() - start;
        const records = members.map(({ row, index }, place) => recordOf(task, row, index, written[place]!));
        const inputTokens = written
          .flat()
          .reduce((sum, { answer }) => sum + answer.promptTokens + answer.tokens.length, 0);
        yield { batch, records, inputTokens, runMs };
      }
    },
    close: () => generator.close(),
  };
}

interface Written {
  prompt: string;
  answer: GeneratedAnswer;
}

/** All answers of some rows: first prompts together, then second ones. Undefined when the signal stopped it. */
async function writeAnswers<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  members: readonly Example<Row>[],
  { tokenizer, nCtx, seed }: Preparation,
  generator: Generator,
  signal?: AbortSignal,
): Promise<Written[][] | undefined> {
  const room = promptRoom(task, nCtx);
  const decode = decoder(tokenizer);
  const written: Written[][] = members.map(() => []);
  for (let turn = 0; ; turn++) {
    const asked = members.flatMap(({ row, index }, place) => {
      const prompt = task.prompt(
        row,
        written[place]!.map(({ answer }) => answer.text),
      );
      if (prompt === undefined) return [];
      return {
        place,
        prompt,
        encoded: encodePrompt(prompt, tokenizer, room),
        seed: seedOf(seed, index, turn),
      };
    });
    if (asked.length === 0) return written;
    const requests = asked.map(
      (one): GenerationRequest => ({
        ids: one.encoded.ids,
        maxTokens: task.maxTokens,
        sampling: task.sampling,
        seed: one.seed,
        endOfText: tokenizer.endOfText,
        isDone: (tokens) => firstStop(decode(tokens), task.stop) !== undefined,
      }),
    );
    let results: GenerationResult[];
    try {
      results = await generator.generate(requests, { signal });
    } catch (error) {
      if (signal?.aborted) return undefined;
      throw error;
    }
    asked.forEach(({ place, prompt, encoded }, number) => {
      const text = (prompt.before ?? '') + prompt.cuttable + (prompt.after ?? '');
      written[place]!.push({
        prompt: text,
        answer: answerOf(results[number]!, encoded, task.stop, decode),
      });
    });
  }
}

function answerOf(
  { tokens, logProbs, ended }: GenerationResult,
  { ids, truncatedTokens }: EncodedPrompt,
  stops: readonly string[],
  decode: (ids: ArrayLike<number>) => string,
): GeneratedAnswer {
  const whole = decode(tokens);
  const stop = firstStop(whole, stops);
  return {
    text: stop === undefined ? whole : whole.slice(0, stop),
    tokens,
    logProbs,
    ended: ended === 'done' ? 'stop' : ended,
    promptTokens: ids.length,
    truncatedTokens,
  };
}

/** Where the first stop begins in a text; undefined when none is in it. */
function firstStop(text: string, stops: readonly string[]): number | undefined {
  const places = stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
  return places.length === 0 ? undefined : Math.min(...places);
}

function recordOf<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  row: Row,
  index: number,
  written: readonly Written[],
): RecordBase & Kept {
  const sum = (count: (answer: GeneratedAnswer) => number) =>
    written.reduce((total, { answer }) => total + count(answer), 0);
  return {
    index,
    input: inputHash(written.map(({ prompt }) => prompt)),
    contextTokens: sum((answer) => answer.promptTokens),
    scoredTokens: sum((answer) => answer.tokens.length),
    truncatedTokens: sum((answer) => answer.truncatedTokens),
    ...task.record(
      row,
      written.map(({ answer }) => answer),
    ),
  };
}

/** A seed of 32 bits of its own for each answer: what is drawn must not depend on which rows share a batch. */
function seedOf(seed: number, index: number, turn: number): number {
  return createHash('sha256').update(`${seed} ${index} ${turn}`).digest().readUInt32LE(0);
}

/** The records of a task's baselines, which no model is asked for. */
export function recordsWithoutModel<Row, Kept extends object>(
  task: GenerateTask<Row, Kept>,
  rows: readonly Row[],
): (RecordBase & Kept)[] {
  return rows.map((row, index) => ({ ...recordOf(task, row, index, []), input: inputHash(row) }));
}
