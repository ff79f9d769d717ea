import { UserError } from '../../errors.js';

/** Pixels per unit of the drawing: sharp on the screens of today and in print. */
const ZOOM = 2;

/**
 * A drawing as PNG, on white. The renderer is `sharp`, an optional dependency: it exists prebuilt for common systems only. Throws
 * UserError with what to do where it is missing.
 */
export async function renderPng(svg: string): Promise<Buffer> {
  const { default: sharp } = await import('sharp').catch((cause: unknown) => {
    throw new UserError('PNG needs the package sharp, which is not installed for this machine.', {
      hint:
        'Install it where gpt is installed ("npm install sharp", for a global gpt "npm install --global sharp"), or write .svg ' +
        'instead: browsers, Inkscape (inkscape x.svg -o x.png) and rsvg-convert turn it into PNG.',
      cause,
    });
  });
  return sharp(Buffer.from(svg), { density: 72 * ZOOM })
    .flatten({ background: '#ffffff' })
    .png()
    .toBuffer();
}
