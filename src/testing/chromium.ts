/** A real Chromium without a window, driven over the two pipes of its DevTools protocol; no library, no port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first Chromium or Chrome in PATH; undefined where there is none. */
export function findChromium(paths = (process.env.PATH ?? '').split(path.delimiter)): string | undefined {
  const files = names.flatMap((name) => paths.map((folder) => path.join(folder, name)));
  return files.find((file) => existsSync(file));
}

/** One page of a browser. */
export interface BrowserPage {
  /** A command of the DevTools protocol, to this page. Rejects when the browser refuses it. */
  send(method: string, parameters?: object): Promise<Record<string, unknown>>;
  /** The value of an expression in the page; a promise is waited for. Rejects with what the page throws. */
  evaluate<Value>(expression: string): Promise<Value>;
  /** Goes to an address and waits until it is loaded. */
  open(url: string): Promise<void>;
  /** Messages of the console, exceptions and what the browser logs, since the page was opened. */
  readonly messages: string[];
  /** Addresses that the page has asked for. */
  readonly requests: string[];
  close(): Promise<void>;
}

interface Message {
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

/** Starts the browser with an empty profile in `profile` and opens one page of it. */
export async function startChromium(executable: string, profile: string): Promise<BrowserPage> {
  const child = spawn(
    executable,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--hide-scrollbars', '--remote-debugging-pipe'],
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const { send, listen } = connect(child);
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method: string, parameters = {}) => send(method, parameters, sessionId as string);
  const messages: string[] = [];
  const requests: string[] = [];
  listen((method, params) => {
    if (method === 'Network.requestWillBeSent')
      requests.push((params as { request: { url: string } }).request.url);
    if (['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(method))
      messages.push(`${method} ${JSON.stringify(params)}`);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page(`${domain}.enable`);
  return {
    send: page,
    messages,
    requests,
    async evaluate(expression) {
      const options = { expression, awaitPromise: true, returnByValue: true };
      const answer = (await page('Runtime.evaluate', options)) as {
        result: { value: never };
        exceptionDetails?: { exception?: { description?: string } };
      };
      if (answer.exceptionDetails)
        throw new Error(answer.exceptionDetails.exception?.description ?? 'thrown');
      return answer.result.value;
    },
    async open(url) {
      const loaded = new Promise<void>((resolve) => {
        const stop = listen((method) => {
          if (method !== 'Page.loadEventFired') return;
          stop();
          resolve();
        });
      });
      await page('Page.navigate', { url });
      await loaded;
    },
    async close() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      await send('Browser.close').catch(() => child.kill());
      await gone;
    },
  };
}

/** Messages are JSON with a zero byte behind each, written to the third pipe and read from the fourth. */
function connect(child: ChildProcess) {
  const [toBrowser, fromBrowser] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  const waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(method: string, params: Record<string, unknown>) => void>();
  const fail = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.on('error', fail);
  child.on('exit', (code) => fail(new Error(`the browser is gone (exit code ${code})`)));
  toBrowser.on('error', fail);
  let rest = '';
  fromBrowser.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop()!;
    for (const part of parts) take(JSON.parse(part) as Message);
  });
  const take = ({ id, method, params, result, error }: Message) => {
    if (method !== undefined) for (const listener of listeners) listener(method, params ?? {});
    const one = id === undefined ? undefined : waiting.get(id);
    if (one === undefined) return;
    waiting.delete(id!);
    if (error) one.reject(new Error(error.message));
    else one.resolve((result ?? {}) as never);
  };
  let last = 0;
  return {
    send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
      const id = ++last;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      });
    },
    listen(listener: (method: string, params: Record<string, unknown>) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
