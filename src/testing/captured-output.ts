import { type Output, processOutput } from '../cli/output.js';

/** An output without colours that keeps what is written: stdout in `out`, stderr in `err`. `columns` makes it a terminal. */
export function capturedOutput(columns?: number): { output: Output; written: { out: string; err: string } } {
  const written = { out: '', err: '' };
  const keep = (stream: 'out' | 'err') => ({
    write(text: string) {
      written[stream] += text;
    },
  });
  const output = processOutput({
    stdout: { ...keep('out'), isTTY: columns !== undefined, columns },
    stderr: keep('err'),
    env: { NO_COLOR: '1' },
  });
  return { output, written };
}
