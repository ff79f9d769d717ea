import { describe, expect, it } from 'vitest';
import { processOutput, wrapFor } from './output.js';

/** An output whose stdout is a terminal of 90 characters unless told otherwise, and what was written. */
function open(env: Record<string, string> = {}, stdout: { isTTY?: boolean; columns?: number } = {}) {
  const written = { out: [] as string[], err: [] as string[] };
  const output = processOutput({
    stdout: { isTTY: true, columns: 90, ...stdout, write: (text) => written.out.push(text) },
    stderr: { write: (text) => written.err.push(text) },
    env,
  });
  return { output, written };
}

describe('processOutput', () => {
  it('shows colours and knows the width only in a terminal', () => {
    expect(open().output).toMatchObject({ color: true, columns: 90 });
    expect(open({}, { isTTY: false }).output).toMatchObject({ color: false, columns: undefined });
    expect(open({}, { columns: 0 }).output.columns).toBeUndefined();
  });

  it('shows no colours where NO_COLOR is set or the terminal is dumb', () => {
    expect(open({ NO_COLOR: '1' }).output.color).toBe(false);
    expect(open({ NO_COLOR: '' }).output.color).toBe(true);
    expect(open({ TERM: 'dumb' }).output.color).toBe(false);
  });

  it('writes out what would do something to a terminal; a pipe gets results as they are', () => {
    const { output, written } = open();
    output.out('\x1b[1mbold\x1b[22m \x1b[2J');
    output.write('\x9b');
    output.err('\x1b[1m\x07');
    expect(written).toEqual({
      out: ['\x1b[1mbold\x1b[22m \\x1b[2J\n', '\\x9b'],
      err: ['\\x1b[1m\\x07\n'],
    });
    const piped = open({}, { isTTY: false });
    piped.output.write('\x1b[2J');
    piped.output.err('\x1b[2J');
    expect(piped.written).toEqual({ out: ['\x1b[2J'], err: ['\\x1b[2J\n'] });
  });

  it('keeps results and messages apart, and ends every line once, but not a piece', () => {
    const { output, written } = open();
    output.out('a');
    output.out('b\n');
    output.write('d');
    output.err('c');
    expect(written).toEqual({ out: ['a\n', 'b\n', 'd'], err: ['c\n'] });
  });

  it('breaks messages between words in a terminal, as wide as it is, and leaves them whole elsewhere', () => {
    const words = Array(40).fill('word').join(' ');
    for (const columns of [40, 80]) {
      const lines = wrapFor({ isTTY: true, columns }, `${words}\n`).trimEnd().split('\n');
      expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(columns);
      expect(lines.join(' ')).toBe(words);
    }
    expect(wrapFor({ columns: 40 }, words)).toBe(words);
  });
});
