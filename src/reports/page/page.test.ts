import { describe, expect, it } from 'vitest';
import type { Result } from '../../results/result.js';
import { exampleResult } from '../../testing/example-result.js';
import { listExperiments, readExperiment } from '../experiment.js';
import { lossFigure } from '../figures/loss-curves.js';
import type { ReportContent } from './content.js';
import { packExamples } from './pack-examples.js';
import { renderPage } from './page.js';

const nothing: ReportContent = {
  version: '0.0.0',
  results: [],
  experiments: [],
  figures: [],
  curves: [],
  examples: undefined,
  notes: [],
};

/** A result with everything that a card can show. */
const whole: Result = {
  ...exampleResult({ task: { variant: { split: 'test' } } }),
  details: [{ id: 'best', title: 'Best answers', columns: ['answer', 'times'], rows: [['yes', 1200]] }],
  sweep: {
    setting: 'seed',
    runs: [1, 2].map((value) => ({
      value,
      file: `f${value}`,
      fingerprint: 'e',
      metrics: { perplexity: value },
    })),
  },
};

/** Opening tags and their attributes that carry meaning, texts of headings: what a reader can find, not how it looks. */
function outline(page: string): string[] {
  const body = page.slice(page.indexOf('<body>')).replace(/<script[\s\S]*?<\/script>/g, '<script>');
  const parts = body.matchAll(
    /<(header|nav|main|footer|section|article|form|table|figure|script)\b[^>]*>|<(h[1-6])\b[^>]*>([^<]*)|<caption[^>]*>(?:<span>)?([^<]*)/g,
  );
  return Array.from(parts, ([, tag, heading, title, caption]) =>
    heading ? `${heading} ${title}` : caption === undefined ? tag! : `caption ${caption.trim()}`,
  );
}

describe('renderPage', () => {
  it('has its chapters, cards and tables under headings in order', async () => {
    const experiments = [await readExperiment('gpt2-table3')];
    const curve = {
      title: 'A run',
      lossLabel: 'nats',
      training: [{ update: 1, loss: 2 }],
      heldOut: [],
      heldOutLabel: 'held-out text',
    };
    const results = [exampleResult(), whole];
    const examples = [
      {
        fingerprint: results[0]!.fingerprint,
        set: packExamples('lambada, gpt2', [{ index: 0, nats: 1 }], 10),
      },
    ];
    const curves = [lossFigure(curve, 'run.jsonl')];
    const page = renderPage({ ...nothing, results, experiments, curves, examples, notes: ['A note.'] }, ';');
    expect(outline(page)).toEqual([
      'header',
      'h1 Results of gpt',
      'nav',
      'main',
      'section',
      'h2 The papers’ tables',
      'section',
      'h3 gpt2-table3',
      'table',
      'caption Zero-shot results on many data sets.',
      'section',
      'h2 Results',
      'table',
      'caption One number of each result; several seeds of one run are one line',
      'article',
      'h3 lambada, gpt2',
      'table',
      'caption Numbers of this result',
      'article',
      'h3 lambada, gpt2, split test, seed 1 2',
      'table',
      'caption Numbers of this result',
      'table',
      'caption Best answers',
      'table',
      'caption Runs by seed',
      'section',
      'h2 Training',
      'section',
      'h3 Journal run.jsonl',
      'figure',
      'section',
      'h2 Examples',
      'form',
      'nav',
      'nav',
      'script',
      'section',
      'h2 Left out',
      'footer',
      'script',
    ]);
  });

  it('sets ours beside the paper, as gpt table does, and says how a result was made', async () => {
    const page = renderPage(
      { ...nothing, results: [exampleResult()], experiments: [await readExperiment('gpt2-table3')] },
      ';',
    );
    // 40.0625 − 35.13, both in the table and in the card.
    expect(page.match(/<td class="figure">\+4\.93<\/td>/g)).toHaveLength(2);
    for (const text of [
      'gpt eval lambada --model gpt2',
      'c'.repeat(64),
      'Node.js v20.20.2',
      'The stop words are those',
    ])
      expect(page).toContain(text);
  });

  it('does not compare a sample with the paper', async () => {
    const results = [exampleResult({ data: { source: 'sample' } })];
    const page = renderPage({ ...nothing, results, experiments: [await readExperiment('gpt2-table3')] }, ';');
    expect(page).toContain('<strong>Not comparable with the paper:</strong> on the hand-written sample');
    expect(page).not.toContain('+4.93');
  });

  it('lets nothing run or load but its own style, script and pictures', () => {
    const page = renderPage(nothing, 'const a = 1;');
    expect(page).toContain(
      // sha256 of "const a = 1;" in base64, by `openssl dgst -sha256 -binary | base64` (OpenSSL 3.0).
      'script-src &#39;sha256-zv0N0Hv6Zw9+C4JbNy52ozAX+zm+quOk2wp0IZa7md8=&#39;',
    );
    expect(page).toContain('default-src &#39;none&#39;');
    expect(page.match(/\b(?:src|href)="(?!#|data:)[^"]*"/g)).toBeNull();
  });

  it('escapes every text, wherever it stands', () => {
    const bad = '"><img src=x onerror=alert(1)></script><script>';
    const plain = whole;
    const results: Result[] = [
      {
        ...plain,
        task: { ...plain.task, name: bad, title: bad, variant: { [bad]: bad } },
        model: { ...plain.model, name: bad, tokenizer: { name: bad, fingerprint: bad } },
        data: { ...plain.data, name: bad, file: bad },
        metrics: plain.metrics.map((metric) => ({ ...metric, id: bad, label: bad })),
        details: [{ id: bad, title: bad, columns: [bad], rows: [[bad]] }],
        sweep: { ...plain.sweep!, runs: [{ value: 1, file: bad, fingerprint: bad, metrics: { [bad]: 1 } }] },
        deviations: [bad],
        command: bad,
        environment: { ...plain.environment, cpu: bad, platform: bad },
      },
    ];
    const record = { index: 0, target: bad, predicted: bad, [bad]: [bad], deep: { [bad]: bad } };
    const examples = [{ set: packExamples(bad, [record], 10) }];
    const page = renderPage({ ...nothing, results, examples, notes: [bad] }, ';');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
  });

  it('is the same for the same content', async () => {
    const content = { ...nothing, results: [whole, exampleResult()], experiments: await listExperiments() };
    expect(renderPage(content, ';')).toBe(renderPage(content, ';'));
    expect(renderPage({ ...content, results: [exampleResult(), whole] }, ';')).toBe(renderPage(content, ';'));
  });

  it('refuses a script that would end its own element', () => {
    expect(() => renderPage(nothing, 'const a = "</script>";')).toThrow('would end its own element');
  });

  it('says so when there are no results and no examples', () => {
    const page = renderPage(nothing, ';');
    expect(page).toContain('There are no results yet.');
    expect(page).toContain('This report was made without examples.');
    expect(renderPage({ ...nothing, examples: [] }, ';')).toContain(
      'no records of examples beside these results',
    );
  });
});
