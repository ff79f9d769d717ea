import { describe, expect, test } from 'vitest';
import { drawGrid } from './grid.js';

const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
const align = ['left', 'left', 'left'] as const;

describe.each([80, 40])('on a terminal of %i columns', (columns) => {
  const draw = (rows: string[][], head = ['claim', 'paper says', 'where']) =>
    drawGrid({ head, rows, align: [...align], keyColumns: 1 }, { columns, color: false });

  test('words that are wider than half of it are broken, and nothing of them is lost', async () => {
    const path = 'models/mini/checkpoints/0123456789abcdef0123456789abcdef/model.safetensors';
    const grid = await draw([['pretraining-story-cloze', 'Pre-training helps on Story Cloze.', path]]);
    expect(widest(grid)).toBeLessThanOrEqual(columns);
    // The texts of a column, line after line.
    const column = (title: string) => {
      const lines = grid.split('\n');
      const at = lines.findIndex((line) => line.includes(title));
      const place = lines[at]!.split('│').findIndex((cell) => cell.trim() === title);
      const cells = lines.slice(at + 2).map((line) => line.split('│')[place]?.trim() ?? '');
      return cells.join('');
    };
    expect(column('where').replaceAll(/[─┼┤├└┘┴]/g, '')).toContain(path);
  });

  test('so are those of cells that have several lines', async () => {
    const grid = await draw([['pretraining-story-cloze\nGPT-1,\nTable 5', 'Pre-training\nhelps', '–']]);
    expect(widest(grid)).toBeLessThanOrEqual(columns);
  });

  test('the names of rows make room for the widest number', async () => {
    const rows = [['mini-gpt2-4x192', 'paper\ndifference', '1,953,175.2']];
    expect(widest(await draw(rows, ['model', '', 'LAMBADA']))).toBeLessThanOrEqual(columns);
  });
});
