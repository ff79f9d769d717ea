import { compareArchitectures } from '../compare/architecture.js';
import { compareFacts } from '../compare/facts.js';
import { type ComparedModel, findComparedModel } from '../compare/model.js';
import { compareResults } from '../compare/results.js';
import { type Section, sectionSheet } from '../compare/section.js';
import { compareTexts } from '../compare/texts.js';
import { compareTokens } from '../compare/tokens.js';
import { UsageError } from '../errors.js';
import { formatBytes } from '../format.js';
import { listExperiments } from '../reports/experiment.js';
import { wrapLines } from '../reports/grid.js';
import { renderSheetMarkdown, renderSheetTerminal } from '../reports/sheet.js';
import type { CompareOptions } from './commands/compare.js';
import type { CommandContext } from './context.js';
import type { Output } from './output.js';
import { readSoundResults } from './read-results.js';

/** Shows curly and straight quotes, a contraction, an accent, a number and capitals: where the two vocabularies differ. */
const defaultText = "Zoë doesn't think it's worth 1,234.50 €, but “they” DO…";

/**
 * `gpt compare [a] [b]`: two models or more side by side, each claim with its source; without names GPT-1 beside the smallest and the
 * largest GPT-2. Nothing is fetched. Throws UsageError
 * for a model that does not exist, UserError for one that is not on this machine and not published.
 */
export async function runCompare(
  names: readonly string[],
  options: CompareOptions,
  { output, line, signal, env }: CommandContext,
): Promise<void> {
  const models: ComparedModel[] = [];
  for (const name of namesOf(names)) {
    line.update(`looking at ${name}`);
    models.push(
      await findComparedModel(name, {
        env,
        signal,
        withWeights: options.prompt !== undefined,
        heads: options.heads,
        onVerify: ({ doneBytes, totalBytes }) =>
          line.update(
            `checking the weights of ${name}  ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`,
          ),
      }),
    );
  }
  const sections = await compare(models, options, output, (text) => line.update(text), signal);
  line.clear();
  const columns = models.map(({ name }) => name);
  const missing = [...new Set(models.flatMap((model) => model.missing))];
  if (options.json || options.format === 'json') {
    output.out(JSON.stringify({ models: models.map(describeModel), sections, missing }, null, 2));
    return;
  }
  for (const section of sections) {
    const sheet = sectionSheet(section, columns);
    // A section of which nothing is known is its notes.
    if (section.rows.length === 0)
      output.out(`${wrapLines([`${section.title}:`, ...section.notes].join(' '), output.columns)}\n\n`);
    else if (options.format === 'markdown') output.out(`${renderSheetMarkdown(sheet)}\n`);
    else output.out(`${await renderSheetTerminal(sheet, output)}\n`);
  }
  for (const sentence of missing) output.err(sentence);
}

function namesOf(names: readonly string[]): readonly string[] {
  const wanted = names.length === 0 ? ['gpt1', 'gpt2', 'gpt2-xl'] : names;
  if (wanted.length === 1) {
    throw new UsageError(`Compare ${wanted[0]} with what?`, {
      hint: `For example "gpt compare ${wanted[0]} gpt2".`,
    });
  }
  return wanted;
}

async function compare(
  models: readonly ComparedModel[],
  options: CompareOptions,
  output: Output,
  update: (text: string) => void,
  signal: AbortSignal,
): Promise<Section[]> {
  const { text = defaultText, prompt, maxTokens, seed, threads } = options;
  const sections = [
    compareArchitectures(models),
    await compareFacts(models),
    compareTokens(models, text),
    compareResults(models, await listExperiments(), await readSoundResults(options.results, output)),
  ];
  if (prompt === undefined) return sections;
  const written = await compareTexts(models, {
    prompt,
    maxTokens,
    seed,
    threads,
    signal,
    onToken: (model, tokens) => update(`${model}: ${tokens} tokens`),
  });
  return [...sections, written];
}

const describeModel = ({ name, config, configSource }: ComparedModel) => ({ name, config, configSource });
