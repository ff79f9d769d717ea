/** HTML in which every text is escaped unless it was built here: a text of a record can never become markup. */

/** Markup that is safe as it is. */
export class Markup {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** What may stand in a template. Nothing is written for what is absent or false. */
export type Content = string | number | Markup | readonly Content[] | undefined | null | false;

/** A template: markup as it stands, values escaped; inside attributes too, which must be in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(strings.reduce((text, next, place) => text + markupOf(values[place - 1]) + next));
}

function markupOf(value: Content): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escapeHtml(String(value));
}

/** The text with the five characters replaced that mean something in HTML. */
function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * A value as JSON for a `<script type="application/json">`. The parser of HTML looks into such an element for `</script` and
 * `<!--`; without any `<` it finds neither.
 */
export function embedJson(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

/** A text as the id of an element: letters, digits and single hyphens. Different texts may get the same one. */
export function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
