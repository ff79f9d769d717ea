/**
 * WikiText-2 and WikiText-103: articles of Wikipedia. GPT-2 paper §3.1 and Table 3.
 *
 * Both test sets are the same 62 articles, so the two columns of the paper must differ in file or unit. What is known:
 * lm-evaluation-harness measures 37.37 with GPT-2 on the raw text, by article and by rules that undo the tokenisation; the
 * paper has 37.50 for WikiText-103 and 29.41 for WikiText-2. Hence the defaults: raw text and words for 103; for 2 the file
 * with `<unk>`, the form of its other published numbers, and words with line ends, as these count.
 */
import { detokenize, wikitextRules } from '../datasets/detokenizers.js';
import {
  splitArticles,
  type WikitextForm,
  type WikitextSize,
  type WikitextSplit,
  wikitext,
} from '../datasets/wikitext.js';
import {
  chosenReading,
  chosenWindows,
  countUnits,
  languageModelMetrics,
  type Measure,
  perByte,
  perToken,
  perWord,
  perWordAndLine,
  readingOption,
  windowDeviation,
  windowOptions,
} from './language-model.js';
import type { RollingTask, RollingText, TaskDefinition } from './task.js';

/** How the text is given to the model. */
type Presentation = 'detokenized' | 'raw' | 'rows';

function present(lines: readonly string[], presentation: Presentation, end: string): string {
  switch (presentation) {
    case 'detokenized':
      return detokenize(lines.join('\n') + end, wikitextRules);
    case 'raw':
      return lines.join('\n') + end;
    case 'rows':
      // Rows of the hub's copy keep their line end, blank ones are empty.
      return lines.map((line) => (line.trim() === '' ? '' : `${line}\n`)).join('\n\n');
  }
}

const published = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

function wholeText(lines: readonly string[], presentation: Presentation): RollingText[] {
  return [{ text: present(lines, presentation, '\n'), units: countUnits(published(lines), lines.length) }];
}

/**
 * As lm-evaluation-harness cuts its documents: the line end between two articles belongs to neither of them, nor do blank
 * lines before the first; they are counted all the same, so that the units are those of the file.
 */
function articleTexts(lines: readonly string[], presentation: Presentation): RollingText[] {
  const articles = splitArticles(lines);
  return articles.map((article, number) => {
    const start = article.findIndex((line) => line.trim() !== '');
    const end = number === articles.length - 1 ? '\n' : '';
    return {
      text: present(start < 0 ? article : article.slice(start), presentation, end),
      units: countUnits(published(article), article.length),
    };
  });
}

/**
 * Words as lm-evaluation-harness counts them: pieces between white space, and as an article begins and ends with white
 * space, two empty pieces more for each.
 */
const perHarnessWord: Measure = {
  id: 'perplexity_harness',
  label: 'perplexity per word as lm-evaluation-harness counts',
  unit: 'perplexity',
  count: ({ words }) => words + 2,
};

function wikitextTask(size: WikitextSize, values: Readonly<Record<string, string>>): RollingTask<string> {
  const presentation = values.text as Presentation;
  const windows = chosenWindows(values);
  const { reading, readingDeviations } = chosenReading(values);
  const byArticle = values.documents === 'article';
  const harness = byArticle && presentation === 'detokenized' && windows.scheme === 'rolling';
  const words =
    size === '2'
      ? [{ ...perWordAndLine, id: 'perplexity' }, perWord]
      : [{ ...perWord, id: 'perplexity' }, perWordAndLine];
  const measures = [...words, ...(harness ? [perHarnessWord] : []), perToken, perByte];
  return {
    kind: 'rolling',
    name: `wikitext${size}`,
    title: `Wikipedia articles (WikiText-${size})`,
    paper: { name: 'GPT-2', section: '§3.1', table: 'gpt2-table3' },
    version: 1,
    dataset: wikitext(size, values.form as WikitextForm, values.split as WikitextSplit),
    windows,
    reading,
    texts: (lines) => (byArticle ? articleTexts : wholeText)(lines, presentation),
    metrics: (records) => languageModelMetrics(records, measures),
    deviations: [
      ...(presentation === 'detokenized'
        ? [
            "The paper's de-tokenizers were not published; the rules are those of Megatron-LM and lm-evaluation-harness.",
          ]
        : [
            'The paper undoes the tokenisation of the text first, by rules that were not published; this does not.',
          ]),
      windowDeviation(windows),
      size === '2'
        ? 'The paper says neither which file it used nor whether line ends count. The perplexity is per word and line end; on the file with <unk>, unless another was chosen.'
        : 'The paper says neither which file it used nor whether line ends count. The perplexity is per word, line ends not counted; on the raw file, unless another was chosen.',
      byArticle
        ? 'Each article is scored by itself; the paper does not say whether it did so.'
        : 'All articles are scored as one text; the paper does not say whether it did so.',
      ...readingDeviations,
    ],
  };
}

function wikitextDefinition(size: WikitextSize): TaskDefinition {
  return {
    name: `wikitext${size}`,
    options: [
      { name: 'split', choices: ['test', 'validation'], default: 'test', describe: 'which articles' },
      {
        name: 'form',
        choices: ['raw', 'unk'],
        default: size === '2' ? 'unk' : 'raw',
        describe: 'the raw file, or the one in which rare words are <unk>',
      },
      {
        name: 'text',
        choices: ['detokenized', 'raw', 'rows'],
        default: 'detokenized',
        describe:
          'the text with its tokenisation undone (rules of Megatron-LM), as it is in the file, or the rows of the hub joined by two line ends (recipe of the Hugging Face documentation)',
      },
      {
        name: 'documents',
        choices: ['article', 'all'],
        default: 'article',
        describe: 'what is scored as one text: each article, or all of them',
      },
      ...windowOptions('rolling'),
      readingOption,
    ],
    page: {
      asks: 'Every token of the articles, given the ones before it.',
      scores:
        'exp(total nats / units), the units being the words of the file as published. Five numbers come from one run: per word with and without line ends, as lm-evaluation-harness counts, per token, and bits per byte.',
    },
    create: (values) => wikitextTask(size, values),
  };
}

/** WikiText-2. */
export const wikitext2: TaskDefinition = wikitextDefinition('2');

/** WikiText-103. */
export const wikitext103: TaskDefinition = wikitextDefinition('103');
