import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { UserError } from '../errors.js';
import { send, shownUrl } from './request.js';
import { GaveUpError, retrying, TransientError } from './retry.js';
import { hubEndpoint } from './settings.js';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Starts a server that answers every request as `answer` says, and gives its address. */
async function serve(answer: RequestListener) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x`);
}

it('a server that does not answer is given up after HF_HUB_ETAG_TIMEOUT seconds', async () => {
  const url = await serve(() => {});
  const answer = send({ method: 'HEAD', url }, { env: { HF_HUB_ETAG_TIMEOUT: '1' } });
  await expect(answer).rejects.toThrow(new TransientError(`no answer from ${url.host} for 1 s`));
});

it('the user can stop the wait for an answer', async () => {
  const url = await serve(() => {});
  const reason = new Error('Ctrl-C');
  const controller = new AbortController();
  const answer = send({ method: 'HEAD', url }, { env: {}, signal: controller.signal });
  setTimeout(() => controller.abort(reason), 50);
  await expect(answer).rejects.toBe(reason);
});

it('compression is not asked for, and an address that is none is not followed', async () => {
  let encoding: string | undefined;
  const url = await serve((request, response) => {
    encoding = request.headers['accept-encoding'] as string;
    response.writeHead(302, { Location: 'http://' }).end();
  });
  await expect(send({ method: 'GET', url }, { env: {} })).rejects.toThrow('not to be trusted');
  expect(encoding).toBe('identity');
});

it('a name that does not exist is unreachable, and not tried for long', async () => {
  const url = new URL('http://hub.invalid/x');
  const policy = { what: 'Cannot', hint: '', clock: { sleep: async () => {}, random: () => 0 } };
  const error = await retrying(policy, () => send({ method: 'GET', url }, { env: {} })).catch(
    (error) => error,
  );
  expect(error).toBeInstanceOf(GaveUpError);
  expect(error.unreachable).toBe(true);
  expect(error.message).toContain('hub.invalid: the name');
});

it('messages show addresses without signatures and passwords', () => {
  expect(shownUrl(new URL('https://ada:secret@cdn.example/a/b?signature=secret#x'))).toBe(
    'https://cdn.example/a/b',
  );
});

it.each([
  ['not an address', 'huggingface.co'],
  ['of another kind', 'ftp://huggingface.co'],
  ['with a password', 'https://ada:secret@huggingface.co'],
])('an HF_ENDPOINT that is %s is refused', (_, endpoint) => {
  expect(() => hubEndpoint({ HF_ENDPOINT: endpoint })).toThrow(UserError);
  expect(hubEndpoint({ HF_ENDPOINT: 'https://hf-mirror.example//' })).toBe('https://hf-mirror.example');
  expect(hubEndpoint({})).toBe('https://huggingface.co');
});

it('a consumer that is slow holds the server back, and loses nothing', async () => {
  const piece = Buffer.alloc(1 << 20, 'x');
  const pieces = 64;
  let sent = 0;
  const url = await serve(async (_, response) => {
    for (; sent < pieces; sent++) {
      if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
    }
    response.end();
  });
  const answer = await send({ method: 'GET', url }, { env: {} });
  let bytes = 0;
  for await (const chunk of answer.body()) {
    if (bytes === 0) {
      // Until the server has stood still for a while.
      for (let before = -1; sent !== before; ) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 400));
      }
      // What is under way lies in our buffer and in those of the two sockets, a few MiB each.
      expect(sent).toBeLessThan(pieces / 2);
    }
    bytes += chunk.length;
  }
  expect(bytes).toBe(pieces * piece.length);
});
