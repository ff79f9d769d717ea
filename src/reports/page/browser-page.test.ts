import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeResult } from '../../results/results-folder.js';
import { findChromium, startChromium, type WatchedPage } from '../../testing/chromium.js';
import { exampleResult } from '../../testing/example-result.js';
import { auditPage } from '../../testing/page-audit.js';
import { runGpt } from '../../testing/run-gpt.js';

const chromium = findChromium();

/** What an unfriendly data set could hold. */
const hostile =
  '</script><img src="https://example.invalid/x" onerror="document.title=\'broken\'">\u2028<!--';

describe.skipIf(chromium === undefined)(
  'the report in a browser (needs chromium or google-chrome in PATH)',
  () => {
    let folder: string;
    let browser: WatchedPage;
    let page: WatchedPage['page'];
    let address: string;

    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'report-'));
      await writeResult(path.join(folder, 'results'), exampleResult());
      const details = [{ id: 'list', title: 'long'.repeat(100), columns: [hostile], rows: [[hostile], [1]] }];
      await writeResult(path.join(folder, 'results'), {
        ...exampleResult({ model: { name: hostile }, data: { source: 'sample', name: hostile } }),
        details,
        deviations: ['unbroken'.repeat(60), hostile],
      });
      const records = Array.from({ length: 3000 }, (_, index) => ({
        index,
        input: index.toString(16).padStart(16, '0'),
        target: index === 7 ? hostile : ` word${index}`,
        predicted: index % 3 === 0 ? ` word${index}` : ' other',
        logProb: -((index * 37) % 101) / 10,
        wholeWord: index % 3 === 0,
        lastToken: index % 2 === 0,
      }));
      const samples = path.join(folder, 'answers.jsonl');
      await writeFile(samples, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
      const run = await runGpt(
        [
          'report',
          '--results',
          'results',
          '--output',
          'report',
          '--samples',
          'answers.jsonl',
          '--examples',
          '2500',
        ],
        { cwd: folder },
      );
      expect(run.stderr).not.toContain('error');
      expect(run.stdout.trim()).toBe(path.join('report', 'index.html'));
      address = pathToFileURL(path.join(folder, 'report', 'index.html')).href;
      browser = await startChromium(chromium!);
      page = browser.page;
      await page.goto(address);
    }, 300_000);
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }, 60_000);

    const text = (selector: string) => page.locator(selector).first().textContent();
    const shown = () => page.locator('#example-list .number').allTextContents();
    /** What a reader does to a control, then the time that the search waits for more letters. */
    const set = async (id: string, value: string) => {
      const control = page.locator(`#${id}`);
      if (id === 'example-text') await control.fill(value);
      else await control.selectOption(value);
      await page.waitForTimeout(400);
    };
    const reset = async () => {
      for (const [id, value] of [
        ['example-show', 'all'],
        ['example-criterion', '0'],
        ['example-order', 'file'],
        ['example-text', ''],
      ] as const)
        await set(id, value);
    };

    it('shows the first page of the examples and says how many there are', async () => {
      expect(await text('#example-status')).toBe(
        '2,500 of 2,500 examples (the run has 3,000); shown: 1 to 50.',
      );
      expect(await shown()).toEqual(Array.from({ length: 50 }, (_, index) => `#${index}`));
    }, 120_000);

    it('filters by either criterion, orders, searches and pages', async () => {
      await set('example-show', 'wrong');
      expect((await shown()).slice(0, 3)).toEqual(['#1', '#2', '#4']);
      await set('example-criterion', '1');
      expect((await shown()).slice(0, 3)).toEqual(['#1', '#3', '#5']);
      await reset();
      await set('example-text', 'WORD2499');
      expect(await shown()).toEqual(['#2499']);
      await set('example-text', '');
      await set('example-order', 'lowest');
      // The first index with (index * 37) % 101 = 100, the least probable.
      expect((await shown())[0]).toBe(
        `#${Array.from({ length: 101 }, (_, index) => index).find((index) => (index * 37) % 101 === 100)}`,
      );
      await reset();
      await page.locator('.pager button[value="1"]').first().click();
      expect((await shown())[0]).toBe('#50');
      expect(await text('.pager span')).toBe('Page 2 of 50');
      await page.locator('.pager button[value="-1"]').first().click();
      // On the first page it says that it is disabled, and a click on it does nothing.
      await page.locator('.pager button[value="-1"]').first().click({ force: true });
      expect((await shown())[0]).toBe('#0');
    }, 120_000);

    it('shows a text with markup in it as text, and asks nobody for anything', async () => {
      await set('example-text', '#7');
      await page.locator('#example-list summary').first().click();
      await page.waitForTimeout(100);
      expect(await text('#example-list .expected .text')).toBe(hostile);
      expect(await text('#example-list dl')).toContain('log-prob');
      expect(await page.locator('#example-list img').count()).toBe(0);
      expect(await page.title()).toBe('Results of gpt');
      expect(browser.requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
      expect(browser.messages).toEqual([]);
      await reset();
    }, 120_000);

    it('is reached with the keyboard: first the way past the menu, then each control with a visible mark', async () => {
      await page.goto(address);
      const press = async () => {
        await page.keyboard.press('Tab');
        return page.evaluate(
          '[document.activeElement.textContent, getComputedStyle(document.activeElement).outlineStyle]',
        );
      };
      expect(await press()).toEqual(['To the content', 'solid']);
      expect(await press()).toEqual(['The papers’ tables', 'solid']);
    }, 120_000);

    it.each([
      [1280, 'light'],
      [1280, 'dark'],
      [390, 'light'],
      [390, 'dark'],
    ] as const)(
      'has no fault that the audit knows, %i px wide and %s',
      async (width, colorScheme) => {
        await page.setViewportSize({ width, height: 800 });
        await page.emulateMedia({ colorScheme });
        await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        await page.waitForTimeout(100);
        expect(await page.evaluate(auditPage)).toEqual([]);
      },
      120_000,
    );

    it('the audit finds the faults of a page that has them', async () => {
      const bad = path.join(folder, 'bad.html');
      await writeFile(
        bad,
        '<title>x</title><h1>a</h1><h3>b</h3><img src="data:,"><input><table><th>c</table><p style="color:#aaa">faint</p><p style="width:3000px">wide</p>',
      );
      await page.goto(pathToFileURL(bad).href);
      const rules = new Set((await page.evaluate(auditPage)).map((problem) => problem.split(':')[0]));
      for (const rule of ['3.1.1', '1.3.1', '1.1.1', '1.4.3', '1.4.10']) expect(rules).toContain(rule);
    }, 120_000);
  },
);

it('finds a browser only where there is one', () => {
  expect(findChromium([fileURLToPath(new URL('.', import.meta.url))])).toBeUndefined();
});
