import fc from 'fast-check';
import { expect, test } from 'vitest';
import { input, parameter } from '../graph/value.js';
import { type BlockFormat, blockFormats, blocksOf, timesBlockMatrix } from '../models/block-matrix.js';
import { seededUniform } from '../testing/random.js';
import { runGraph } from '../testing/run-graph.js';
import { type BlockNumbers, toBlocks } from './block-numbers.js';

const formats = Object.keys(blockFormats) as BlockFormat[];

test.each(formats)('%s: every number is within half a step of its block, and 0 stays 0', (format) => {
  const { bits, block } = blockFormats[format];
  const matrix = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 300 }), fc.nat());
  const property = fc.property(matrix, ([rows, columns, seed]) => {
    const random = seededUniform(seed);
    const values = Float32Array.from({ length: rows * columns }, () =>
      random() < 0.1 ? 0 : 10 ** (6 * random() - 3) * (random() < 0.5 ? -1 : 1),
    );
    const rounded = fromBlocks(toBlocks(values, columns, format), columns, format);
    values.forEach((value, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const from = row * columns + Math.floor(column / block) * block;
      const inBlock = values.subarray(from, Math.min(from + block, (row + 1) * columns));
      const largest = Math.max(...inBlock.map(Math.abs));
      // Of 4 bits the range is lopsided: what is largest on the other side loses a whole step.
      const step = bits === 8 ? largest / 127 : largest / 8;
      expect(Math.abs(rounded[i]! - value)).toBeLessThanOrEqual((bits === 8 ? 0.5 : 1) * step * 1.0001);
      if (value === 0) expect(Math.abs(rounded[i]!)).toBe(0);
    });
  });
  fc.assert(property, { numRuns: 60, seed: 20181011 });
});

test.each(formats.flatMap((format) => [64, 96, 256].map((columns) => [format, columns] as const)))(
  '%s: ONNX Runtime reads the layout as it is meant, %i columns',
  async (format, columns) => {
    const [rows, tokens] = [24, 4];
    const random = seededUniform(columns);
    const draw = (length: number) => Float32Array.from({ length }, () => 2 * random() - 1);
    const { numbers, scales } = toBlocks(draw(rows * columns), columns, format);
    const matrix = fromBlocks({ numbers, scales }, columns, format);
    const [x, bias] = [draw(tokens * columns), draw(rows)];
    const [given, perRow] = [input('x', 'float32', ['M', columns]), blocksOf(columns, format)];
    const bytes = (from: Float32Array | Uint8Array) => new Uint8Array(from.buffer);
    const product = timesBlockMatrix(
      given,
      {
        ...{ format, rows, columns },
        numbers: parameter('b', 'uint8', [rows, perRow, numbers.length / rows / perRow], numbers),
        scales: parameter('s', 'float32', [rows * perRow], bytes(scales)),
      },
      parameter('bias', 'float32', [rows], bytes(bias)),
    );
    const feeds = { x: { dims: [tokens, columns], data: [...x] } };
    const { y } = await runGraph({ inputs: [given], outputs: { y: product } }, feeds);
    expect(y!.dims).toEqual([tokens, rows]);
    y!.data.forEach((found, i) => {
      const [token, row] = [Math.floor(i / rows), i % rows];
      let expected = bias[row]!;
      let size = 0;
      for (let k = 0; k < columns; k++) {
        const term = x[token * columns + k]! * matrix[row * columns + k]!;
        expected += term;
        size += term * term;
      }
      // What is left is the rounding of x to 8 bits.
      expect(Math.abs(found - expected)).toBeLessThan(0.03 * Math.sqrt(size));
    });
  },
);

/** What the rounded numbers stand for, [N, K]. */
function fromBlocks({ numbers, scales }: BlockNumbers, columns: number, format: BlockFormat): Float32Array {
  const { bits, block } = blockFormats[format];
  const perRow = blocksOf(columns, format);
  const zero = 2 ** (bits - 1);
  const values = new Float32Array((scales.length / perRow) * columns);
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    const at = Math.floor(i / columns) * perRow + Math.floor(column / block);
    const place = at * block + (column % block);
    const number = bits === 8 ? numbers[place]! : (numbers[place >> 1]! >> (4 * (place & 1))) & 15;
    values[i] = (number - zero) * scales[at]!;
  }
  return values;
}
