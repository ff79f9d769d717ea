/** One result as a card: its numbers, and all that is needed to have them again. */
import { countOf, formatCount, formatDuration } from '../../format.js';
import { partOfData } from '../../results/comparable.js';
import { formatDigits, formatError, formatMetric, formatNumber } from '../../results/format.js';
import type { DataIdentity, Detail, Metric, Result } from '../../results/result.js';
import { resultFileName } from '../../results/results-folder.js';
import { type Experiment, type PublishedValue, publishedValue } from '../experiment.js';
import { EMPTY } from '../layout.js';
import { type Content, html, type Markup, slug } from './html.js';
import { titleOf } from './result-title.js';

/** The id of a result's card in the page. */
export function cardId(result: Result): string {
  return `result-${slug(resultFileName(result).replace(/\.json$/, ''))}`;
}

/** The card; `run` is the number of its examples in the page, where it has any there. */
export function renderCard(
  result: Result,
  experiments: readonly Experiment[],
  run: number | undefined,
): Markup {
  const { task, metrics, details = [], data } = result;
  const remarks = [...(data.notes ?? []), ...result.deviations];
  const id = cardId(result);
  const part = partOfData(result);
  return html`<article class="card" aria-labelledby="${id}">
<h3 id="${id}">${titleOf(result)}</h3>
<p>${task.title}.${part !== undefined && html` <strong>Not comparable with the paper:</strong> ${part}.`}</p>
${renderMetrics(metrics, id, part === undefined ? (metric) => findPublished(result, metric, experiments) : undefined)}
${run !== undefined && html`<p><a href="#examples" data-run="${run}">Examples of this run</a></p>\n`}${details.map((detail, place) => renderDetail(detail, `${id}-detail-${place}`))}${renderSweep(result)}<details>
<summary>How it was made</summary>
${renderProvenance(result)}
</details>
${
  remarks.length > 0 &&
  html`<details>
<summary>What differs from the paper, or is not said there (${remarks.length})</summary>
<ul>
${remarks.map((remark) => html`<li>${remark}</li>\n`)}</ul>
</details>
`
}</article>
`;
}

function findPublished(
  result: Result,
  { id }: Metric,
  experiments: readonly Experiment[],
): PublishedValue | undefined {
  return experiments
    .map((experiment) => publishedValue(experiment, result, id))
    .find((value) => value !== undefined);
}

function renderMetrics(
  metrics: readonly Metric[],
  id: string,
  paper: ((metric: Metric) => PublishedValue | undefined) | undefined,
): Markup {
  const published = metrics.map((metric) => paper?.(metric));
  const isCompared = published.some((value) => value !== undefined);
  return html`<div class="scroll" role="region" aria-label="Numbers" aria-describedby="${id}" tabindex="0">
<table>
<caption class="hidden">Numbers of this result</caption>
<thead>
<tr><th scope="col">metric</th><th scope="col" class="figure">ours</th><th scope="col" class="figure">standard error</th>${isCompared && html`<th scope="col" class="figure">paper</th><th scope="col" class="figure">difference</th>`}<th scope="col" class="figure">n</th></tr>
</thead>
<tbody>
${metrics.map((metric, place) => {
  const { label, standardError, n, higherIsBetter } = metric;
  return html`<tr><th scope="row">${label} ${higherIsBetter ? '↑' : '↓'}</th><td class="figure">${formatMetric(metric)}</td><td class="figure">${standardError === null ? EMPTY : `± ${formatError(metric)}`}</td>${isCompared && comparison(metric, published[place])}<td class="figure">${formatCount(n)}</td></tr>
`;
})}</tbody>
</table>
</div>`;
}

function comparison(metric: Metric, published: PublishedValue | undefined): Markup {
  if (published === undefined) return html`<td class="figure">${EMPTY}</td><td class="figure">${EMPTY}</td>`;
  const difference = metric.value - published.value;
  const sign = difference > 0 ? '+' : difference < 0 ? '−' : '';
  return html`<td class="figure">${formatMetric({ ...metric, value: published.value })}</td><td class="figure">${sign}${formatDigits({ ...metric, value: Math.abs(difference) }, { beside: metric.value })}</td>`;
}

function renderDetail({ title, columns, rows }: Detail, id: string): Markup {
  const kindOf = (cell: string | number | undefined) => typeof cell === 'number' && html` class="figure"`;
  const show = (cell: string | number) =>
    typeof cell === 'string' ? cell : Number.isInteger(cell) ? formatCount(cell) : formatNumber(cell);
  return html`<details>
<summary id="${id}">${title}</summary>
<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0">
<table>
<caption class="hidden">${title}</caption>
<thead>
<tr>${columns.map((column, place) => html`<th scope="col"${kindOf(rows[0]?.[place])}>${column}</th>`)}</tr>
</thead>
<tbody>
${rows.map((row) => html`<tr>${row.map((cell) => html`<td${kindOf(cell)}>${show(cell)}</td>`)}</tr>\n`)}</tbody>
</table>
</div>
</details>
`;
}

/** The single runs of a result that sums up several. */
function renderSweep({ sweep, metrics }: Result): Markup | undefined {
  if (sweep === undefined) return undefined;
  const setting = sweep.setting === 'seed' ? 'seed' : 'transferred layers';
  return html`<details>
<summary>The ${sweep.runs.length} runs behind it, by ${setting}</summary>
<div class="scroll" role="region" aria-label="Runs by ${setting}" tabindex="0">
<table>
<caption class="hidden">Runs by ${setting}</caption>
<thead>
<tr><th scope="col" class="figure">${setting}</th>${metrics.map(({ label }) => html`<th scope="col" class="figure">${label}</th>`)}<th scope="col">file</th></tr>
</thead>
<tbody>
${sweep.runs.map(
  (run) => html`<tr><th scope="row" class="figure">${run.value}</th>${metrics.map((metric) => {
    const value = run.metrics[metric.id];
    return html`<td class="figure">${value === undefined ? EMPTY : formatMetric({ ...metric, value })}</td>`;
  })}<td>${run.file}</td></tr>
`,
)}</tbody>
</table>
</div>
</details>
`;
}

function renderProvenance(result: Result): Markup {
  const { command, data, model, settings, finetuning, counts, environment, time, fingerprint, task } = result;
  const entries: [string, Content][] = [
    ['command', html`<code>${command}</code>`],
    ['task', `${task.name}, version ${task.version}${describeOptions(task.variant ?? {}, ', ')}`],
    ['model', describeWeights(result)],
    ['weights, sha256', html`<code>${model.sha256}</code>`],
    ['tokenizer', html`${model.tokenizer.name}, <code>${model.tokenizer.fingerprint}</code>`],
    ...describeData(data, finetuning === undefined ? 'data' : 'measured on'),
    ...(finetuning === undefined ? [] : describeData(finetuning.train, 'trained on')),
    ['settings', describeOptions({ ...settings }) || EMPTY],
    ...(finetuning === undefined
      ? []
      : ([
          ['fine-tuning', describeOptions({ ...finetuning.settings })],
          [
            'best epoch',
            `${finetuning.bestEpoch} of ${finetuning.epochs.length}; ${countOf(finetuning.counts.updates, 'update')}`,
          ],
        ] satisfies [string, string][])),
    [
      'counts',
      `${countOf(counts.examples, 'example')}, ${formatCount(counts.inputTokens)} tokens read, ${formatCount(counts.scoredTokens)} scored, ${formatCount(counts.truncatedExamples)} examples cut`,
    ],
    [
      'environment',
      `gpt ${environment.gpt}, Node.js ${environment.node}, ONNX Runtime ${environment.onnxruntime}, ${environment.platform}, ${environment.cpu}, ${environment.threads} threads`,
    ],
    [
      'time',
      html`finished <time datetime="${time.finishedAt}">${time.finishedAt}</time>, ${formatDuration(time.scoringSeconds)}, ${formatCount(time.tokensPerSecond)} tokens/s`,
    ],
    ['fingerprint', html`<code>${fingerprint}</code>`],
    ['file', html`<code>${resultFileName(result)}</code>`],
  ];
  return html`<dl>
${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

function describeWeights({ model }: Result): string {
  if (model.format === 'none') return 'none: baselines only';
  const { onnx } = model;
  const graph = onnx === undefined ? '' : ` (${onnx.file}, ${onnx.numbers})`;
  return `${model.name}, ${formatCount(model.parameters)} parameters, ${model.format}${graph}`;
}

function describeData(data: DataIdentity, name: string): [string, Content][] {
  const { source, file, rows, complete, sha256 } = data;
  const origin = { file: 'a file of the user', sample: 'the hand-written sample', hub: 'the hub' }[source];
  return [
    [
      name,
      `${data.name}: ${file} from ${origin}, ${formatCount(rows)} rows${complete ? ', all that were published' : ''}`,
    ],
    [`${name}, sha256`, html`<code>${sha256}</code>`],
  ];
}

/** `seed 42, limit –`; what is null is none. */
function describeOptions(
  options: Readonly<Record<string, string | number | null | undefined>>,
  before = '',
): string {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return set.length === 0 ? '' : before + set.map(([name, value]) => `${name} ${value ?? 'none'}`).join(', ');
}
