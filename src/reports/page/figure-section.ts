/** Figures in the page: pictures of their own, so that neither names nor styles of theirs meet those of the page. */
import type { Figure } from '../figures/figure.js';
import { describeFigure, renderSvg } from '../figures/svg.js';
import { html, type Markup, slug } from './html.js';

/** The papers' figures; those that have no point of ours are folded up. */
export function renderFigures(figures: readonly Figure[]): Markup {
  return html`${figures.map((figure) => {
    const heading = html`<h3 id="figure-${slug(figure.id)}">${figure.id}</h3>`;
    const own = figure.panels.flatMap(({ series }) => series.filter(({ origin }) => origin === 'ours'));
    if (own.length > 0)
      return html`<section class="table" aria-labelledby="figure-${slug(figure.id)}">
${heading}
${renderFigure(figure)}
</section>
`;
    return html`<section class="table folded" aria-labelledby="figure-${slug(figure.id)}">
${heading}
<details>
<summary>${figure.title}: nothing of ours yet</summary>
${renderFigure(figure)}
</details>
</section>
`;
  })}`;
}

/** The losses of training runs, each under the name of its journal. */
export function renderCurves(curves: readonly Figure[]): Markup {
  return html`${curves.map((figure, place) => {
    const id = `training-${place + 1}`;
    return html`<section class="table" aria-labelledby="${id}">
<h3 id="${id}">${figure.source}</h3>
${renderFigure(figure)}
</section>
`;
  })}`;
}

function renderFigure(figure: Figure): Markup {
  const svg = Buffer.from(renderSvg(figure)).toString('base64');
  return html`<figure>
<div class="scroll" role="region" aria-label="Drawing: ${figure.title}" tabindex="0">
<img src="data:image/svg+xml;base64,${svg}" alt="${figure.title}; its numbers follow in words.">
</div>
<figcaption><details><summary>In words</summary>
<p>${describeFigure(figure)}</p>
${figure.notes.map((note) => html`<p>${note}</p>`)}
</details></figcaption>
</figure>`;
}
