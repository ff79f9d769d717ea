/**
 * Repair of broken Unicode as `ftfy.fix_text` does it with its default settings: mojibake, HTML entities, curly
 * quotes, ligatures, full-width letters, control characters, line breaks, then Unicode NFC.
 *
 * The package is a port of Python ftfy 6.3. GPT-1 was trained in 2018, with an older release that is not recorded, so
 * rare repairs may differ from what the model saw.
 */
export type FixText = (text: string) => string;

/** ASCII without control characters and entities, which the repair leaves as it is. */
const plain = /^[\t\n\x20-\x25\x27-\x7e]*$/;

/** Loads the repair function. Lazy because its tables are 5 MB and only GPT-1 needs them. */
export async function loadFixText(): Promise<FixText> {
  const { fix_text } = await import('ftfy-js');
  // Line by line, as the package does it, so that only lines with something to repair go through its dozen steps.
  return (text) => {
    let fixed = '';
    /** No entity is resolved behind the first "<" of a text: it may be HTML. */
    let entities: 'auto' | false = 'auto';
    for (let start = 0; start < text.length; ) {
      const end = text.indexOf('\n', start) + 1 || text.length;
      const line = text.slice(start, end);
      fixed += plain.test(line) ? line : fix_text(line, { unescape_html: entities });
      if (line.includes('<')) entities = false;
      start = end;
    }
    return fixed;
  };
}
