/**
 * Repair of broken Unicode as `ftfy.fix_text` does it with its default settings: mojibake, HTML entities, curly
 * quotes, ligatures, full-width letters, control characters, line breaks, then Unicode NFC.
 *
 * The package is a port of Python ftfy 6.3. GPT-1 was trained in 2018, with an older release that is not recorded, so
 * rare repairs may differ from what the model saw.
 */
export type FixText = (text: string) => string;

/** Loads the repair function. Lazy because its tables are 5 MB and only GPT-1 needs them. */
export async function loadFixText(): Promise<FixText> {
  const { fix_text } = await import('ftfy-js');
  return (text) => fix_text(text);
}
