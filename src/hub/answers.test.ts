import { describe, expect, it } from 'vitest';
import { configFile, failure, useSmallHub } from '../testing/small-hub.js';
import { downloadFile } from './download.js';

const hub = useSmallHub();

describe('the answer', () => {
  it('429 is waited for as long as it asks, 500 with growing waits', async () => {
    hub.server.fault('config.json', { kind: 'status', status: 429, headers: { 'Retry-After': '7' } });
    hub.server.fault('config.json', { kind: 'status', status: 503, times: 2 });
    await downloadFile(configFile, hub.options());
    expect(hub.waits).toEqual([7000, 1000, 2000]);
  });

  it('429 that asks for an hour is not waited for', async () => {
    hub.server.fault('config.json', { kind: 'status', status: 429, headers: { 'Retry-After': '3600' } });
    const error = await failure(downloadFile(configFile, hub.options()));
    expect(error.message).toContain('answers 429 Too Many Requests');
    expect(hub.waits).toEqual([]);
  });

  it.each([
    ['without a token', {}, 'without a token (HTTP 401)', 'set HF_TOKEN'],
    ['with one', { HF_TOKEN: 'hf_secret' }, 'does not accept your token', 'Check HF_TOKEN'],
  ])('401 %s says what to do', async (_, variables, message, hint) => {
    hub.server.fault('config.json', { kind: 'status', status: 401 });
    const error = await failure(downloadFile(configFile, hub.options(variables)));
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
    expect(`${error.message}${error.hint}`).not.toContain('hf_secret');
  });

  it('403 of a gated repository names the page with its terms', async () => {
    hub.server.fault('config.json', {
      kind: 'status',
      status: 403,
      headers: { 'X-Error-Code': 'GatedRepo' },
    });
    const error = await failure(downloadFile(configFile, hub.options()));
    expect(error.hint).toContain(`${hub.server.url}/openai-community/gpt2, then set HF_TOKEN`);
  });

  it.each([
    [{ ...configFile, path: 'confg.json' }, 'openai-community/gpt2 has no file confg.json'],
    [{ ...configFile, repo: 'openai/gpt2' }, 'there is no repository openai/gpt2'],
    [{ ...configFile, revision: 'v2' }, 'openai-community/gpt2 has no revision v2'],
  ])('404 says what is missing: %o', async (file, message) => {
    expect((await failure(downloadFile(file, hub.options()))).message).toContain(message);
  });

  it('of something that is not the hub is recognised', async () => {
    hub.server.serveFile('openai-community/gpt2/resolve/main/config.json', '<html>Please log in.</html>');
    const error = await failure(
      downloadFile(configFile, hub.options({ HF_ENDPOINT: `${hub.server.url}/files` })),
    );
    expect(error.message).toContain('does not answer like the hub');
    expect(error.hint).toContain('login page');
  });

  it('that redirects without end is an error', async () => {
    const url = `${hub.server.url}/openai-community/gpt2/resolve/main/config.json`;
    hub.server.fault('config.json', { kind: 'redirect', to: url, times: 100 });
    const { message } = await failure(downloadFile(configFile, hub.options()));
    expect(message).toContain('redirects without end');
  });
});
