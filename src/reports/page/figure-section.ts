/** Figures in the page: pictures of their own, so that neither names nor styles of theirs meet those of the page. */
import type { Figure } from '../figures/figure.js';
import { describeFigure, renderSvg } from '../figures/svg.js';
import { html, type Markup, slug } from './html.js';

/** Figures under headings of the third level, their ids after `prefix`. */
export function renderFigures(figures: readonly Figure[], prefix: string): Markup {
  return html`${figures.map((figure, place) => {
    const id = `${prefix}-${slug(figure.source)}-${slug(figure.id)}-${place}`;
    const svg = Buffer.from(renderSvg(figure)).toString('base64');
    return html`<figure aria-labelledby="${id}">
<h3 id="${id}">${figure.title}</h3>
<div class="scroll" role="region" aria-label="Drawing: ${figure.title}" tabindex="0">
<img src="data:image/svg+xml;base64,${svg}" alt="${figure.title}; its numbers follow in words.">
</div>
<figcaption><details><summary>In words</summary>
<p>${describeFigure(figure)}</p>
${figure.notes.map((note) => html`<p>${note}</p>`)}
</details></figcaption>
</figure>
`;
  })}`;
}
