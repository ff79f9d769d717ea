import { UsageError, UserError } from '../errors.js';
import { decodeBytes, readTextFile } from '../files/decode.js';
import { countOf, formatCount } from '../format.js';
import type { GenerationResult } from '../runtime/generation.js';
import { openGenerator } from '../runtime/generator.js';
import type { OpenedModel } from '../runtime/open-model.js';
import type { Sampling } from '../runtime/sampling.js';
import type { GenerateOptions } from './commands/generate.js';
import type { CommandContext } from './context.js';
import { describeEnvironment } from './environment.js';
import { nameDefaultModel, openNamedModel } from './inputs.js';
import { type PromptPreset, promptPresets } from './prompt-presets.js';
import { SamplePrinter } from './sample-printer.js';
import { WrittenText } from './written-text.js';

/** Texts that are written as one batch. */
const BATCH = 16;

/** Writes texts with a model and prints each as it comes; several go one below the other, in order. */
export async function runGenerate(
  argument: string | undefined,
  flags: GenerateOptions,
  context: CommandContext,
): Promise<void> {
  const { output, line, signal } = context;
  const preset = flags.preset === undefined ? undefined : promptPresets[flags.preset];
  const sampling = chooseSampling(flags, preset);
  if (preset !== undefined) line.note(`GPT-2 paper, ${preset.place}. Decoded there: ${preset.decoding}.`);
  const stops = (flags.stop ?? []).map(unescapeBreaks);
  if (stops.includes('')) throw new UsageError('--stop needs a text.');
  const text = await readPrompt(argument, flags, signal);
  const model = await openNamedModel(
    flags.model ?? (await nameDefaultModel('gpt2', {}, context)),
    { heads: flags.heads, dtype: flags.dtype, device: flags.device, gpt1Tokenizer: flags.tokenizer },
    context,
  );
  const prompt = makePrompt(text, flags.maxTokens, model);
  if (prompt.truncatedTokens > 0) {
    line.note(
      `The prompt of ${formatCount(prompt.ids.length + prompt.truncatedTokens)} tokens was cut from the left: only its last ${formatCount(prompt.ids.length)} leave room for the answer in a context of ${formatCount(model.checkpoint.config.nCtx)}.`,
    );
  }
  line.update('loading the model');
  const { device, threads = 0, json, samples, seed } = flags;
  const { vocabSize } = model.tokenizer;
  const generator = await openGenerator(model.checkpoint, { device, threads, vocabSize });
  for (const note of generator.notes) line.note(note);
  line.clear();
  const printer = json ? undefined : new SamplePrinter(output.write, samples);
  const written: { text: string; result: GenerationResult; seed: number }[] = [];
  try {
    for (let first = 0; first < samples; first += BATCH) {
      const texts = Array.from(
        { length: Math.min(BATCH, samples - first) },
        (_, i) =>
          new WrittenText(model.tokenizer, prompt.ids, stops, (piece) => printer?.add(first + i, piece)),
      );
      const requests = texts.map((one, i) => ({
        ids: prompt.ids,
        maxTokens: prompt.maxTokens,
        sampling,
        seed: seed + first + i,
        endOfText: model.tokenizer.endOfText,
        isDone: () => one.isStopped,
      }));
      let tokens = 0;
      const results = await generator.generate(requests, {
        signal,
        onToken(index, token) {
          tokens++;
          texts[index]!.add(token);
          if (json)
            line.update(
              `sample ${first + 1} to ${first + texts.length} of ${samples}: ${countOf(tokens, 'token')}`,
            );
        },
      });
      results.forEach((result, i) => {
        texts[i]!.finish();
        printer?.end(first + i);
        written.push({ text: texts[i]!.text, result, seed: seed + first + i });
      });
    }
  } finally {
    line.clear();
    printer?.close();
    await generator.close();
  }
  if (!json) return;
  const report = {
    model: model.identity,
    prompt: { text: text ?? null, tokens: prompt.ids.length, truncatedTokens: prompt.truncatedTokens },
    settings: { sampling, maxTokens: prompt.maxTokens, stop: stops, device: generator.device },
    samples: written.map(({ text: sample, result, seed: own }) => ({
      seed: own,
      text: sample,
      ended: result.ended === 'done' ? 'stop' : result.ended,
      tokens: result.tokens,
      logProbs: result.logProbs,
    })),
    environment: describeEnvironment(threads),
  };
  output.out(JSON.stringify(report, null, 2));
}

function chooseSampling(
  { greedy: asked, topK, topP, temperature, samples }: GenerateOptions,
  preset?: PromptPreset,
): Sampling {
  const drawn = topK !== undefined || topP !== undefined || temperature !== undefined || samples > 1;
  const greedy = asked || (preset?.decoding === 'greedy' && !drawn);
  if (!greedy) return { method: 'sample', topK: topK ?? 40, topP: topP ?? 1, temperature: temperature ?? 1 };
  if (topK !== undefined || topP !== undefined || temperature !== undefined) {
    throw new UsageError('--greedy takes the most probable token: nothing is drawn.', {
      hint: 'Leave out --greedy, or --top-k, --top-p and --temperature.',
    });
  }
  if (samples > 1) throw new UsageError('--greedy always writes the same text: --samples must be 1.');
  return { method: 'greedy' };
}

/** The text to go on from, undefined without one. Throws UsageError unless exactly one place is named. */
async function readPrompt(
  argument: string | undefined,
  { promptFile, preset, unconditional }: GenerateOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const places = [argument !== undefined, promptFile !== undefined, preset !== undefined, unconditional];
  if (places.filter(Boolean).length > 1) {
    throw new UsageError('Only one of a prompt, --prompt-file, --preset and --unconditional makes sense.');
  }
  if (unconditional) return undefined;
  if (preset !== undefined) return promptPresets[preset].text;
  const text =
    promptFile === undefined ? await argumentOrInput(argument, signal) : await readTextFile(promptFile);
  if (text === '') {
    throw new UsageError('There is nothing to go on from.', {
      hint: 'Give a prompt, --prompt-file, --preset, or text on the standard input; --unconditional begins a text.',
    });
  }
  return text;
}

async function argumentOrInput(argument: string | undefined, signal: AbortSignal): Promise<string> {
  if (argument !== undefined && argument !== '-') {
    // Node puts it in the place of bytes that are not UTF-8, and gives no others.
    if (!argument.includes('\ufffd')) return argument;
    throw new UsageError('The prompt holds U+FFFD, which stands for characters that could not be read.', {
      hint: 'Put the prompt into a file and pass it with --prompt-file.',
    });
  }
  if (argument === undefined && process.stdin.isTTY) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) {
    signal.throwIfAborted();
    chunks.push(chunk as Buffer);
  }
  return decodeBytes(Buffer.concat(chunks), 'standard input');
}

/** A line break cannot easily be typed as an argument. */
function unescapeBreaks(text: string): string {
  return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}

interface TokenPrompt {
  ids: number[];
  maxTokens: number;
  truncatedTokens: number;
}

/**
 * The tokens to go on from: without a text the one that begins texts (`<|endoftext|>` of GPT-2). Default lengths
 * are those of the release (openai/gpt-2 src/interactive_conditional_samples.py, generate_unconditional_samples.py).
 */
function makePrompt(
  text: string | undefined,
  wanted: number | undefined,
  { tokenizer, checkpoint, identity }: OpenedModel,
): TokenPrompt {
  const { nCtx } = checkpoint.config;
  const half = Math.max(1, nCtx >> 1);
  if (text === undefined) {
    if (tokenizer.beginOfText === undefined) {
      throw new UsageError(
        `${identity.name} has no token that begins a text, so it cannot write without a prompt.`,
        {
          hint: 'GPT-1 was trained on contiguous text; give it a first word or sentence.',
        },
      );
    }
    return { ids: [tokenizer.beginOfText], maxTokens: wanted ?? nCtx, truncatedTokens: 0 };
  }
  const encoded = tokenizer.encode(text);
  const ids = [...tokenizer.promptStart, ...encoded];
  if (encoded.length === 0)
    throw new UserError('The prompt has no tokens: this tokenizer leaves out all of it.');
  const maxTokens = wanted ?? half;
  const room = Math.min(maxTokens, half);
  const truncatedTokens = Math.max(0, ids.length - (nCtx - room));
  return { ids: ids.slice(truncatedTokens), maxTokens, truncatedTokens };
}
