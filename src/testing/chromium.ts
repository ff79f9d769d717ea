/** A page in a real Chromium without a window, driven by Playwright. The browser is the system's own: none is downloaded. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Page } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** The first Chromium or Chrome in PATH; undefined where there is none. */
export function findChromium(paths = (process.env.PATH ?? '').split(path.delimiter)): string | undefined {
  const files = names.flatMap((name) => paths.map((folder) => path.join(folder, name)));
  return files.find((file) => existsSync(file));
}

/** One page of a browser, and what a reader would not see of it. */
export interface WatchedPage {
  page: Page;
  /** Messages of the console, with those of the browser itself, and exceptions, since the page was opened. */
  messages: string[];
  /** Addresses that the page has asked for. */
  requests: string[];
  /** Ends the browser. */
  close(): Promise<void>;
}

/** Starts the browser with an empty profile and opens one page of it. */
export async function startChromium(executablePath: string): Promise<WatchedPage> {
  const browser = await chromium.launch({ executablePath });
  const page = await browser.newPage();
  const messages: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  return { page, messages, requests, close: () => browser.close() };
}
