/// <reference lib="dom" />
/**
 * What keeps a page from being read with a keyboard, a screen reader or poor eyes, as far as a program can tell: one sentence per
 * problem. It is run inside the page, so it uses nothing from outside. The rules are those of WCAG 2.2 that
 * it names.
 */
export function auditPage(): string[] {
  const problems: string[] = [];
  const all = (selector: string) => Array.from(document.querySelectorAll<HTMLElement>(selector));
  const show = (element: Element) => element.outerHTML.slice(0, 90).replaceAll('\n', ' ');
  const nameOf = (element: Element) => {
    const ids = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
    const texts = ids.map((id) => document.getElementById(id)?.textContent ?? '');
    return [element.getAttribute('aria-label') ?? '', ...texts].join(' ').trim();
  };
  const refuse = (elements: Element[], problem: string) => {
    for (const element of elements) problems.push(`${problem}: ${show(element)}`);
  };

  if (!document.documentElement.lang) problems.push('3.1.1: the page has no language');
  if (!document.title) problems.push('2.4.2: the page has no title');
  for (const landmark of ['h1', 'main', 'body > header', 'body > footer']) {
    const count = all(landmark).length;
    if (count !== 1) problems.push(`1.3.1: ${count} elements ${landmark}`);
  }
  let level = 0;
  for (const heading of all('h1,h2,h3,h4,h5,h6')) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1)
      problems.push(`1.3.1: a heading of level ${next} follows one of level ${level}: ${show(heading)}`);
    if (!heading.textContent?.trim()) problems.push(`2.4.6: an empty heading: ${show(heading)}`);
    level = next;
  }
  const ids = new Set<string>();
  for (const { id } of all('[id]')) {
    if (ids.has(id)) problems.push(`4.1.2: the id ${id} is there twice`);
    ids.add(id);
  }
  for (const attribute of ['aria-labelledby', 'aria-describedby', 'for']) {
    for (const element of all(`[${attribute}]`)) {
      const lost = element
        .getAttribute(attribute)!
        .split(' ')
        .filter((id) => !ids.has(id));
      if (lost.length > 0) problems.push(`1.3.1: ${attribute} names nothing: ${show(element)}`);
    }
  }
  refuse(
    all('a[href^="#"]').filter((link) => !ids.has(link.getAttribute('href')!.slice(1))),
    '2.4.1: a link leads nowhere',
  );
  refuse(
    all('img').filter((image) => !image.getAttribute('alt')),
    '1.1.1: a picture without words',
  );
  refuse(
    all('select,input,textarea').filter((control) => (control as HTMLInputElement).labels?.length !== 1),
    '1.3.1: a control without a label',
  );
  refuse(
    all('button,a,summary').filter((control) => !control.textContent?.trim()),
    '4.1.2: a control without a name',
  );
  refuse(
    all('nav,[role=region],[role=search],section,article').filter((part) => !nameOf(part)),
    '1.3.1: a part without a name',
  );
  refuse(
    all('table').filter((table) => !table.querySelector('caption')?.textContent?.trim()),
    '1.3.1: a table without a caption',
  );
  refuse(
    all('th').filter((cell) => !cell.getAttribute('scope')),
    '1.3.1: a heading of a table without a scope',
  );
  refuse(
    all('*').filter(
      (element) =>
        /auto|scroll/.test(getComputedStyle(element).overflowX) &&
        element.scrollWidth > element.clientWidth &&
        element !== document.documentElement &&
        element.tabIndex < 0,
    ),
    '2.1.1: a keyboard cannot scroll this',
  );
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) {
    const wide = all('body *').filter(
      (element) =>
        element.getBoundingClientRect().left + element.scrollWidth > clientWidth + 1 &&
        !element.closest('.scroll'),
    );
    problems.push(
      `1.4.10: the page is ${scrollWidth} px wide in a window of ${clientWidth}: ${wide.slice(0, 3).map(show)}`,
    );
  }
  const isVisible = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
  refuse(
    all('button,select,input,summary').filter((control) => {
      const { width, height } = control.getBoundingClientRect();
      return isVisible(control) && (width < 24 || height < 24);
    }),
    '2.5.8: a control smaller than 24 px',
  );

  // Contrast (1.4.3): text against the nearest background that is not transparent.
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r, g, b] = channels(color).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element: Element | null): string => {
    if (element === null)
      return getComputedStyle(document.documentElement).colorScheme === 'dark'
        ? 'rgb(18,18,18)'
        : 'rgb(255,255,255)';
    const color = getComputedStyle(element).backgroundColor;
    return channels(color)[3] === 0 ? backgroundOf(element.parentElement) : color;
  };
  const faint = new Map<string, Element>();
  for (const element of all('body *')) {
    const hasText = Array.from(element.childNodes).some(
      (node) => node.nodeType === 3 && node.textContent?.trim(),
    );
    // What is disabled may be faint.
    if (!hasText || !isVisible(element) || element.closest(':disabled,[aria-disabled=true]')) continue;
    const { color } = getComputedStyle(element);
    const [a, b] = [luminance(color), luminance(backgroundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) faint.set(`${color} (${contrast.toFixed(2)})`, element);
  }
  for (const [color, element] of faint) problems.push(`1.4.3: contrast of ${color}: ${show(element)}`);
  return problems;
}
