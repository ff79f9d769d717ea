/** The report: one HTML document that needs nothing beside itself. Pure; equal content gives equal bytes. */
import { formatCount } from '../../format.js';
import { EMPTY } from '../layout.js';
import { describeModel, describeValue, headlines, sortResults } from '../summary.js';
import type { ReportContent } from './content.js';
import { renderExamples } from './examples-section.js';
import { renderCurves, renderFigures } from './figure-section.js';
import { html, Markup } from './html.js';
import { cspHash } from './page-script.js';
import { cardId, renderCard } from './result-card.js';
import { conditionsOf } from './result-title.js';
import { pageStyle } from './style.js';
import { renderTables } from './table-section.js';

/** A chapter of the page; one without a body is left out, its link as well. */
interface Chapter {
  id: string;
  title: string;
  body: Markup | undefined;
}

/**
 * The document. `script` is the compiled browser.ts. Throws Error when style or script hold what would end their element, a
 * bug of this tool.
 */
export function renderPage(content: ReportContent, script: string): string {
  for (const text of [script, pageStyle]) {
    if (/<\/(script|style)|<!--/i.test(text))
      throw new Error('the script or style of the report would end its own element');
  }
  const chapters = chaptersOf(content).filter(({ body }) => body !== undefined);
  const policy = [
    "default-src 'none'",
    'img-src data:',
    `style-src ${cspHash(pageStyle)}`,
    `script-src ${cspHash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Results of gpt</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header>
<h1>Results of gpt</h1>
<p>Experiments of the GPT-1 and GPT-2 papers, run again: our numbers beside the published ones. Standard errors are over examples;
n counts what a number is computed from;
↑ is for numbers of which higher ones are better, ↓ for the others.</p>
<nav aria-label="Chapters"><ul>
${chapters.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
</header>
<main id="main" tabindex="-1">
${chapters.map(
  ({ id, title, body }) => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${body}
</section>
`,
)}</main>
<footer>
<p>Written by gpt ${content.version}. Results: ${formatCount(content.results.length)}.</p>
</footer>
<script type="module">${new Markup(script)}</script>
</body>
</html>
`;
  return page.source;
}

function chaptersOf(content: ReportContent): Chapter[] {
  const { results, experiments, figures, curves, examples, notes } = content;
  const some = <Item>(items: readonly Item[], body: () => Markup) =>
    items.length === 0 ? undefined : body();
  return [
    {
      id: 'tables',
      title: 'The papers’ tables',
      body: some(experiments, () => renderTables(experiments, results)),
    },
    {
      id: 'figures',
      title: 'The papers’ figures',
      body: some(figures, () => renderFigures(figures)),
    },
    { id: 'results', title: 'Results', body: renderResults(content) },
    { id: 'training', title: 'Training', body: some(curves, () => renderCurves(curves)) },
    { id: 'examples', title: 'Examples', body: renderExamples(examples) },
    {
      id: 'left-out',
      title: 'Left out',
      body: some(notes, () => html`<ul>\n${notes.map((note) => html`<li>${note}</li>\n`)}</ul>`),
    },
  ];
}

function renderResults({ results, experiments, examples = [] }: ReportContent): Markup {
  if (results.length === 0)
    return html`<p>There are no results yet. <code>gpt eval lambada</code> makes one.</p>`;
  const runs = new Map(examples.map(({ fingerprint }, place) => [fingerprint, place]));
  return html`<div class="scroll" role="region" aria-label="All results" tabindex="0">
<table>
<caption><span>One number of each result; several seeds of one run are one line</span></caption>
<thead>
<tr><th scope="col">task</th><th scope="col">model</th><th scope="col">settings</th><th scope="col">metric</th><th scope="col" class="figure">value</th></tr>
</thead>
<tbody>
${headlines(results, experiments).map((headline) => {
  const { result, metric } = headline;
  return html`<tr><th scope="row"><a href="#${cardId(result)}">${result.task.name}</a></th><td>${describeModel(result)}</td><td>${conditionsOf(result) || EMPTY}</td><td>${metric.label}</td><td class="figure">${describeValue(headline)}</td></tr>
`;
})}</tbody>
</table>
</div>
${sortResults(results).map((result) => renderCard(result, experiments, runs.get(result.fingerprint)))}`;
}
