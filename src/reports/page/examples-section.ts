/** The browser of examples: a form and an empty list, which the page's script fills, and the examples as data. */
import { formatCount } from '../../format.js';
import type { RunExamples } from './content.js';
import { embedJson, html, type Markup } from './html.js';

/** The section, or the reason why there is nothing to browse. */
export function renderExamples(runs: readonly RunExamples[] | undefined): Markup {
  if (runs === undefined) return html`<p>This report was made without examples.</p>`;
  if (runs.length === 0) return html`<p>There are no records of examples beside these results.</p>`;
  return html`<p>What the models said, example by example, as far as the records of the runs keep it. Texts of the data sets are among it
where tasks keep them, and prompts where the report was made with <code>--prompts</code>. Numbers are rounded.</p>
<noscript><p>Browsing the examples takes JavaScript, which is off. Everything else is here.</p></noscript>
<div id="example-browser" hidden>
<form id="example-form" role="search" aria-label="Examples">
<div><label for="example-run">Run</label><select id="example-run" name="run">
${runs.map(({ set }, place) => html`<option value="${place}">${set.title}</option>\n`)}</select></div>
<div><label for="example-show">Show</label><select id="example-show" name="show">
<option value="all">all</option>
<option value="right">right ones</option>
<option value="wrong">wrong ones</option>
</select></div>
<div><label for="example-criterion">Right by</label><select id="example-criterion" name="criterion"></select></div>
<div><label for="example-order">Order</label><select id="example-order" name="order">
<option value="file">as in the data file</option>
<option value="lowest">lowest number first</option>
<option value="highest">highest number first</option>
</select></div>
<div class="wide"><label for="example-text">Search</label><input id="example-text" name="text" type="search" autocomplete="off" aria-describedby="example-help">
<small id="example-help">Words of the answers; #12 for example 12.</small></div>
</form>
<p id="example-value"></p>
<p id="example-status" role="status"></p>
${renderPager('above the list')}
<ol id="example-list"></ol>
${renderPager('below the list')}
</div>
${runs.map(
  ({ set }, place) => html`<script type="application/json" id="examples-${place}">${embedJson(set)}</script>
`,
)}${renderLimits(runs)}`;
}

function renderPager(where: string): Markup {
  return html`<nav class="pager" aria-label="Pages of examples, ${where}" hidden>
<button type="button" value="-1">Previous</button> <span></span> <button type="button" value="1">Next</button>
</nav>`;
}

function renderLimits(runs: readonly RunExamples[]): Markup | false {
  const cut = runs.filter(({ set }) => set.total > set.rows.length);
  return (
    cut.length > 0 &&
    html`<ul class="notes">
${cut.map(({ set }) => html`<li>${set.title}: the first ${formatCount(set.rows.length)} of ${formatCount(set.total)} examples are in this report; --examples holds more.</li>\n`)}</ul>`
  );
}
