/** The same prompt, continued by each model with the same seed. */
import { UserError } from '../errors.js';
import { openGenerator } from '../runtime/generator.js';
import type { ComparedModel } from './model.js';
import type { Section } from './section.js';

/** What is written. */
export interface TextSettings {
  prompt: string;
  /** Most tokens of a text. */
  maxTokens: number;
  seed: number;
  threads?: number;
  signal?: AbortSignal;
  onToken?: (model: string, tokens: number) => void;
}

/** Texts of the models whose weights are here, drawn as the GPT-2 paper does (top-k 40). Throws UserError on a prompt without tokens. */
export async function compareTexts(
  models: readonly ComparedModel[],
  settings: TextSettings,
): Promise<Section> {
  const { prompt, maxTokens, seed } = settings;
  const texts: (string | null)[] = [];
  // One after the other: two large models may not fit the memory together.
  for (const model of models) texts.push(await writeText(model, settings));
  const source = `drawn here: top-k 40, seed ${seed}, at most ${maxTokens} tokens`;
  return {
    id: 'text',
    title: `Going on from ${JSON.stringify(prompt)}`,
    rows: texts.every((text) => text === null)
      ? []
      : [{ what: 'text', values: texts, sources: texts.map((text) => (text === null ? null : source)) }],
    notes: [],
  };
}

async function writeText(
  { name, opened }: ComparedModel,
  { prompt, maxTokens, seed, threads, signal, onToken }: TextSettings,
): Promise<string | null> {
  if (opened === undefined) return null;
  const { tokenizer, checkpoint } = opened;
  const encoded = tokenizer.encode(prompt);
  const ids = [...tokenizer.promptStart, ...encoded];
  if (encoded.length === 0)
    throw new UserError(`The prompt has no tokens: the tokenizer of ${name} leaves out all of it.`);
  const { nCtx } = checkpoint.config;
  // What does not fit is cut from the left, as in `gpt generate`.
  const kept = ids.slice(-Math.max(1, nCtx - Math.min(maxTokens, nCtx >> 1)));
  const generator = await openGenerator(checkpoint, { threads, vocabSize: tokenizer.vocabSize });
  let tokens = 0;
  try {
    const [written] = await generator.generate(
      [
        {
          ids: kept,
          maxTokens,
          sampling: { method: 'sample', topK: 40, topP: 1, temperature: 1 },
          seed,
          endOfText: tokenizer.endOfText,
        },
      ],
      { signal, onToken: () => onToken?.(name, ++tokens) },
    );
    // Behind the prompt, so that the tokenizer knows whether a space goes before the first word.
    const whole = tokenizer.decode([...kept, ...written!.tokens]);
    return whole.slice(tokenizer.decode(kept).length);
  } finally {
    await generator.close();
  }
}
