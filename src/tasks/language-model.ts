/**
 * What the language modelling tasks share (GPT-2 paper §3.1): how a text is counted, how its windows are chosen, and the
 * numbers that follow. The probability of the whole text is divided by what the data set counts in, words or bytes or
 * characters of the text as published, and not by the tokens of a model: `exp(nats / words)`.
 */
import { UserError } from '../errors.js';
import { bitsPer, perplexityPer } from '../metrics/perplexity.js';
import type { Metric, MetricUnit } from '../results/result.js';
import type { RecordBase, RollingTask, TaskOption, Units, WindowRecord, Windows } from './task.js';

/** Counts a text as published. `lines` are its line ends, where the literature counts them as words. */
export function countUnits(published: string, lines: number): Units {
  return {
    words: published.match(/\S+/g)?.length ?? 0,
    lines,
    bytes: Buffer.byteLength(published),
    // A character beyond U+FFFF is two units of a JavaScript string.
    characters: published.length - (published.match(/[\ud800-\udbff]/g)?.length ?? 0),
  };
}

/** Where long texts are cut: the flags `--windows` and `--stride`. */
export function windowOptions(scheme: Windows['scheme']): TaskOption[] {
  return [
    {
      name: 'windows',
      choices: ['rolling', 'disjoint', 'stride'],
      default: scheme,
      describe:
        'how a text longer than the context is cut: rolling (every token once, the first of a window given one token), disjoint (the first token of a window is not predicted), stride (windows overlap)',
    },
    {
      name: 'stride',
      default: '512',
      describe: 'tokens from the start of one window to the next, with --windows stride',
    },
  ];
}

/** What is read of a text: the flag `--reading`. */
export const readingOption: TaskOption = {
  name: 'reading',
  choices: ['own', 'gpt1'],
  default: 'own',
  describe:
    'the text as it is, or what GPT-1 makes of it (repaired, lower case, its words apart), which is then the same for every model',
};

/** The chosen reading, and what differs through it. */
export function chosenReading(values: Readonly<Record<string, string>>): {
  reading: NonNullable<RollingTask<unknown>['reading']>;
  readingDeviations: string[];
} {
  return values.reading === 'gpt1'
    ? {
        reading: 'gpt1',
        readingDeviations: [
          'Every model reads what GPT-1 makes of the text: repaired, lower case, its words apart. The units are those of the text as published.',
        ],
      }
    : { reading: 'own', readingDeviations: [] };
}

/** The chosen windows. */
export function chosenWindows(values: Readonly<Record<string, string>>): Windows {
  const scheme = values.windows as Windows['scheme'];
  return scheme === 'stride' ? { scheme, stride: Number(values.stride) } : { scheme };
}

/** What the windows leave out, for the deviations of a result. */
export function windowDeviation({ scheme }: Windows): string {
  const paper = 'The paper does not say how long texts are cut.';
  switch (scheme) {
    case 'rolling':
      return `${paper} Here every token is predicted once, in windows that overlap by one token, and a text begins behind the end-of-text token (not with GPT-1, which has none: its first token is given).`;
    case 'disjoint':
      return `${paper} Here windows do not overlap, and the first token of each is not predicted: about one token in a thousand is missing from the sum that is divided by all words.`;
    case 'stride':
      return `${paper} Here windows overlap; the first token of the text is not predicted.`;
  }
}

/** All that is known of one text once its windows are scored. */
interface ScoredText extends Units {
  nats: number;
  /** Tokens that were predicted. */
  tokens: number;
}

/** A number that is made by dividing the nats of all texts by a count of them. */
export interface Measure {
  id: string;
  label: string;
  unit: MetricUnit;
  count(text: ScoredText): number;
}

/** Word perplexity without line ends. */
export const perWord: Measure = {
  id: 'perplexity_without_line_ends',
  label: 'perplexity per word, line ends not counted',
  unit: 'perplexity',
  count: ({ words }) => words,
};

/** Word perplexity as recurrent models report it: the end of each line is one more word to predict. */
export const perWordAndLine: Measure = {
  id: 'perplexity_with_line_ends',
  label: 'perplexity per word, line ends counted as words',
  unit: 'perplexity',
  count: ({ words, lines }) => words + lines,
};

/** What most programs print; it depends on the tokenizer. */
export const perToken: Measure = {
  id: 'perplexity_per_token',
  label: 'perplexity per token of the model',
  unit: 'perplexity',
  count: ({ tokens }) => tokens,
};

/** UTF-8 bytes. */
export const perByte: Measure = {
  id: 'bits_per_byte',
  label: 'bits per byte',
  unit: 'bits per byte',
  count: ({ bytes }) => bytes,
};

/** Code points. */
export const perCharacter: Measure = {
  id: 'bits_per_character',
  label: 'bits per character',
  unit: 'bits per character',
  count: ({ characters }) => characters,
};

/**
 * The measures, in their order. `n` is the number of units that a measure divides by. The standard error tells how much the
 * number would change with other texts of the same kind (ratio estimate over texts, delta method); a single text has none.
 */
export function languageModelMetrics(
  records: readonly (RecordBase & WindowRecord)[],
  measures: readonly Measure[],
): Metric[] {
  const texts = joinWindows(records);
  return measures.map(({ id, label, unit, count }) => {
    const counts = texts.map(count);
    const n = sum(counts);
    if (n === 0) {
      throw new UserError(`${label}: nothing to divide by, the text has no words.`, {
        hint: 'The first rows of some files are blank: raise --limit.',
      });
    }
    const nats = sum(texts.map((text) => text.nats));
    const value = unit === 'perplexity' ? perplexityPer(nats, n) : bitsPer(nats, n);
    const error = ratioError(texts, counts, nats / n);
    // How much the value grows with each nat per unit.
    const slope = unit === 'perplexity' ? value : 1 / Math.LN2;
    return {
      id,
      label,
      value,
      standardError: error === null ? null : error * slope,
      n,
      unit,
      higherIsBetter: false,
    };
  });
}

function joinWindows(records: readonly (RecordBase & WindowRecord)[]): ScoredText[] {
  const texts = new Map<number, ScoredText>();
  for (const { text, nats, scoredTokens, units } of records) {
    const known = texts.get(text) ?? { nats: 0, tokens: 0, words: 0, lines: 0, bytes: 0, characters: 0 };
    texts.set(text, {
      nats: known.nats + nats,
      tokens: known.tokens + scoredTokens,
      words: known.words + units.words,
      lines: known.lines + units.lines,
      bytes: known.bytes + units.bytes,
      characters: known.characters + units.characters,
    });
  }
  return [...texts.values()];
}

/** Standard error of Σ nats / Σ counts: √(k/(k−1) · Σ (nats − ratio · count)²) / Σ counts over k texts. */
function ratioError(texts: readonly ScoredText[], counts: readonly number[], ratio: number): number | null {
  const k = texts.length;
  if (k < 2) return null;
  const squares = texts.map(({ nats }, text) => (nats - ratio * counts[text]!) ** 2);
  return Math.sqrt((k / (k - 1)) * sum(squares)) / sum(counts);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
