/** Random texts with what containers of rows write in ways of their own. */

/** What random texts are made with. */
export interface RandomTexts {
  /** A whole number from 0 to below `count`. */
  below(count: number): number;
  oneOf<Item>(...items: Item[]): Item;
  /** As many as `least` to `most`. */
  several<Item>(make: () => Item, least: number, most: number): Item[];
  /** A text with quotation marks, commas, braces …; now and then one of `breaks`, a tab or a line end unless others are given. */
  sentence(breaks?: readonly string[]): string;
  /** Plain words between single spaces, none at the ends: at least `least`. */
  words(least?: number): string;
}

/** The texts that random numbers in [0, 1) make. */
export function randomTexts(random: () => number): RandomTexts {
  const below = (count: number) => Math.floor(random() * count);
  const oneOf = <Item>(...items: Item[]) => items[below(items.length)]!;
  const several = <Item>(make: () => Item, least: number, most: number) =>
    Array.from({ length: least + below(most - least + 1) }, make);

  const plain = () => oneOf('a', 'cat', 'sat', 'Zoë', 'said', 'no', 'mat', '日本', '12', 'of');
  const odd = () =>
    oneOf(
      '"mat"',
      "it's",
      'a,b',
      '😀',
      '\\n',
      '{"a": 1}',
      "['x']",
      'two\u00a0km',
      '""',
      '"',
      '#',
      '- ',
      'a\u2028b',
    );
  function sentence(breaks: readonly string[] = ['\t', '\n']): string {
    const words = several<string>(() => (random() < 0.3 ? odd() : plain()), 2, 9);
    if (breaks.length > 0 && random() < 0.1) words.splice(1, 0, oneOf(...breaks));
    return `${words.join(' ')}${oneOf('.', ' .', '!', '', ' ')}`.trimStart() || 'a cat';
  }
  const words = (least = 1) => several(plain, least, 5).join(' ');
  return { below, oneOf, several, sentence, words };
}
