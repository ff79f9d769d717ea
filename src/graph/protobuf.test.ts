import { expect, test } from 'vitest';
import { joinPieces, MessageWriter } from './protobuf.js';

const hex = (message: MessageWriter) => Buffer.from(joinPieces(message.finish())).toString('hex');

// Worked examples of the protocol-buffer encoding guide (protobuf.dev/programming-guides/encoding).
test.each([
  ['150 in field 1', new MessageWriter().int(1, 150), '089601'],
  ['a text in field 2', new MessageWriter().string(2, 'testing'), '120774657374696e67'],
  ['a message in field 3', new MessageWriter().message(3, new MessageWriter().int(1, 150)), '1a03089601'],
  ['−2 in ten bytes', new MessageWriter().int(1, -2), '08feffffffffffffffff01'],
])('%s', (_what, message, bytes) => {
  expect(hex(message)).toBe(bytes);
});

test('numbers that do not fit a double, floats and field numbers above 15', () => {
  expect(hex(new MessageWriter().int(1, 2n ** 63n - 1n))).toBe('08ffffffffffffffff7f');
  expect(hex(new MessageWriter().float(2, 1.5))).toBe('150000c03f');
  expect(hex(new MessageWriter().int(20, 2))).toBe('a00102');
});

test('a message counts the runs of files in it without reading them', () => {
  const slice = { file: 'nowhere', offset: 5, lengthBytes: 3_000_000_000 };
  const inner = new MessageWriter().int(1, 1).bytes(9, slice);
  // 2 bytes for the int, 1 for the tag, 5 for the length.
  expect(inner.byteLength).toBe(8 + 3_000_000_000);
  const outer = new MessageWriter().message(5, inner);
  expect(outer.byteLength).toBe(8 + 3_000_000_000 + 6);
  expect(outer.finish()).toContain(slice);
});
