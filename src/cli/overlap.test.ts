import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { InterruptedError } from '../errors.js';
import { identifyTexts } from '../overlap/published-texts.js';
import { readExperiment } from '../reports/experiment.js';
import { buildFigure } from '../reports/figures/build-figure.js';
import { readFigureDefinition } from '../reports/figures/definition.js';
import { buildTable } from '../reports/table.js';
import { readResults } from '../results/results-folder.js';
import { capturedOutput } from '../testing/captured-output.js';
import { dataFolder, hasData, needsData } from '../testing/reference.js';
import { makeTemporaryFolder } from '../testing/tiny-model.js';
import { commandLine } from './options.js';
import { runOverlap } from './overlap.js';
import { planRecompute } from './recompute.js';

let folder: string;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  await writeFile(
    path.join(folder, 'train.txt'),
    'A quick brown fox jumps over the lazy dog. The end is near.',
  );
  await writeFile(
    path.join(folder, 'test.jsonl'),
    ['The brown fox jumps over it', 'Nothing here is the same', 'Quick brown fox jumps over the lazy dog!']
      .map((text) => `${JSON.stringify({ text })}\n`)
      .join(''),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Options = Parameters<typeof runOverlap>[0];

async function run(changes: Partial<Options> = {}, signal = new AbortController().signal) {
  const { output, written } = capturedOutput();
  const notes: string[] = [];
  const line = { update() {}, note: (text: string) => void notes.push(text), clear() {} };
  const options: Options = {
    test: [path.join(folder, 'test.jsonl')],
    train: [path.join(folder, 'train.txt')],
    n: 3,
    falsePositiveRate: 1e-8,
    exact: true,
    lines: false,
    key: 'text',
    whose: 'own',
    results: path.join(folder, 'results'),
    json: false,
    ...changes,
  };
  await runOverlap(options, { output, line, signal, env: { GPT_DATA_DIR: dataFolder } });
  return { ...written, notes };
}

test('prints the share, the documents and the longest passages', async () => {
  const { out } = await run();
  expect(out.split('\n')).toEqual([
    '61.54 % of the 3-grams of the test text are in the training text: 8 of 13',
    '',
    'training text  1 file, 1 document, 59 bytes, 13 words, 11 3-grams',
    'exact set      11 different ones',
    'documents      3, of which 2 overlap; mean 50.00 %, median 50.00 %',
    '',
    '     found       %  document',
    '         6  100.00  test.jsonl:3',
    '         2   50.00  test.jsonl:1',
    '',
    'longest passages in both',
    '   8 words  test.jsonl:3: quick brown fox jumps over the lazy dog',
    '   4 words  test.jsonl:1: brown fox jumps over',
    '',
  ]);
});

test('says how large the filter is and how its check went', async () => {
  const { out } = await run({ exact: false, probes: 1000 });
  expect(out).toMatch(/Bloom filter {3}8\.19 kB, 27 hashes; false positives \S+, at most 1e-8 asked for/);
  expect(out).toMatch(/check {10}0 of 1,000 random strings found/);
});

test('--json has every document, --examples those that overlap, the worst first', async () => {
  const examples = path.join(folder, 'examples.json');
  const { out } = await run({ json: true, examples });
  expect(JSON.parse(out)).toMatchObject({
    n: 3,
    total: { ngrams: 13, found: 8 },
    documents: [{ percent: 50 }, { percent: 0 }, { percent: 100 }],
  });
  const rows = (await readFile(examples, 'utf8')).trimEnd().split('\n');
  expect(rows.map((row) => JSON.parse(row).document)).toEqual(['test.jsonl:3', 'test.jsonl:1']);
  await expect(run({ examples: path.join(folder, 'no', 'file') })).rejects.toThrow(
    /--examples .* cannot be written/,
  );
});

test('a test file in the training folder is left out of it', async () => {
  const { out, notes } = await run({ train: [folder] });
  expect(notes).toEqual(['test.jsonl is a test file and left out of the training text.']);
  expect(out).toContain('8 of 13');
  const same = run({ train: [path.join(folder, 'test.jsonl')] });
  await expect(same).rejects.toThrow('Every training file is a test file as well.');
});

test('texts that are not a data set as published make a result that stands in no table', async () => {
  const test = [path.join(folder, 'test.jsonl')];
  const { err } = await run({ n: 3, dataset: 'ptb', test });
  expect(err).toContain('test.jsonl is not the whole of Penn Treebank test: it has 3 lines.');
  expect(err).toContain('train.txt is not the whole of Penn Treebank train: it has 1 line.');
  const {
    results: [result],
  } = await readResults(path.join(folder, 'results'));
  expect(result).toMatchObject({
    task: { name: 'overlap-ptb', variant: { n: '3' } },
    data: { rows: 3, complete: false },
    metrics: [{ value: (100 * 8) / 13, n: 13, standardError: null }],
    counts: { examples: 3 },
  });
  // Folders of the user are in no result.
  const words = ['overlap', '--dataset=ptb', '--n=3', '--test', 'test.jsonl', '--train', 'train.txt'];
  expect(result!.command).toBe(commandLine(['node', 'gpt', ...words]));
  const table = buildTable(await readExperiment('gpt2-table6'), [result!]);
  expect(table.rows.flatMap(({ cells }) => cells).every(({ ours }) => ours === undefined)).toBe(true);
  await expect(run({ dataset: 'snli' })).rejects.toThrow(/--dataset snli: no table or figure has such texts/);
});

test('against the training text of the small models only the test text must be whole, and the row is another', async () => {
  const results = path.join(folder, 'family');
  const test = path.join(folder, 'nq.jsonl');
  const question = JSON.stringify({ question: 'what does the quick brown fox jump over' });
  await writeFile(test, `${question}\n`.repeat(3610));
  await run({ n: 3, dataset: 'nq', whose: 'family', key: 'question', test: [test], results });
  const [result] = (await readResults(results)).results;
  expect(result).toMatchObject({ data: { complete: true }, task: { variant: { n: '3', whose: 'family' } } });
  expect(result!.command).toContain('--whose=family --n=3 --key=question');
  const asInPaper = { ...result!, task: { ...result!.task, variant: { whose: 'family' } } };
  const { columns, rows } = buildTable(await readExperiment('gpt2-table6'), [asInPaper]);
  const place = columns.findIndex(({ id }) => id === 'nq');
  expect(rows.find(({ id }) => id === 'family')!.cells[place]!.ours).toBeCloseTo(100 / 6, 10);
  expect(rows.find(({ id }) => id === 'own')!.cells[place]!.ours).toBeUndefined();
});

test('enwik8 and text8 are known by their bytes', async () => {
  const { err } = await run({ n: 3, dataset: 'text8', results: path.join(folder, 'bytes') });
  expect(err).toContain('train.txt is not the whole of text8 train');
  const [result] = (await readResults(path.join(folder, 'bytes'))).results;
  expect(result!.deviations).toHaveLength(2);
  const files = [{ name: 'test.jsonl', file: path.join(folder, 'test.jsonl'), sizeBytes: 0 }];
  const { size: bytes } = await stat(files[0]!.file);
  expect(await identifyTexts(files, 'text8 test', { bytes })).toMatchObject({ complete: true });
  expect(await identifyTexts(files, 'text8 test', { bytes: bytes - 1 })).toMatchObject({ complete: false });
  expect(await identifyTexts(files, 'text8 test', { bytes: bytes + 9 })).toMatchObject({ complete: false });
});

test('samples and unseen texts stand in Figure 5, by how much of them overlaps', async () => {
  const results = path.join(folder, 'own');
  const { err } = await run({ n: 3, dataset: 'samples', results });
  expect(err).not.toContain('not the whole');
  expect(err).toContain('"gpt figure gpt2-figure5" has it beside the paper’s.');
  const [result] = (await readResults(results)).results;
  const { rows } = result!.details!.find(({ id }) => id === 'distribution')!;
  expect(rows).toEqual([
    [0, 100 / 3],
    [50, 200 / 3],
    [100, 100],
  ]);
  // Other n-grams than the paper's are another variant.
  const plain = { ...result!, task: { ...result!.task, variant: {} } };
  const { panels, notes } = buildFigure(await readFigureDefinition('gpt2-figure5'), [plain]);
  const ours = panels[0]!.series.find(({ origin }) => origin === 'ours')!;
  expect(ours).toMatchObject({ label: 'samples, ours, test.jsonl' });
  expect(ours.points.map(({ x }) => x)).toEqual([0, 50, 100]);
  expect(notes).toContain('overlap-samples: on test.jsonl, which is not the published data.');
});

test.skipIf(!hasData)(
  `the overlap of PTB stands in Table 6, beside the paper's 2.67${needsData}`,
  async () => {
    const file = (name: string) => path.join(dataFolder, 'ptb', `ptb.${name}.txt`);
    const results = path.join(folder, 'whole');
    await run({ n: 8, dataset: 'ptb', test: [file('test')], train: [file('train')], results });
    const {
      results: [result],
    } = await readResults(results);
    expect(result!.data).toMatchObject({ name: 'Penn Treebank test', rows: 3761, complete: true });
    expect(result!.details?.[0]?.rows[0]).toEqual(
      expect.arrayContaining(['ptb.train.txt', 42_068, 'yes', 890_408]),
    );
    const [own, webtext] = buildTable(await readExperiment('gpt2-table6'), [result!]).rows;
    // Counted with a Python set of strings (CPython 3.11).
    expect(own!.cells[0]).toMatchObject({ published: '2.67', ours: (100 * 1631) / 79_071, n: 79_071 });
    expect(own!.cells.slice(1).every(({ ours }) => ours === undefined)).toBe(true);
    expect(webtext!.cells[0]).toEqual({ published: '0.88' });
    // The recorded command is all there is to have it again.
    const { jobs, skipped } = await planRecompute([result!], path.join(folder, 'fresh'), {
      GPT_DATA_DIR: dataFolder,
    });
    expect(skipped).toEqual([]);
    expect(jobs.at(-1)!.words).toEqual([
      ...['overlap', '--dataset=ptb', '--test', 'ptb/ptb.test.txt', '--train', 'ptb/ptb.train.txt'],
    ]);
    const gone = { ...result!, command: result!.command.replace('ptb.train', 'gone') };
    expect(
      (await planRecompute([gone], path.join(folder, 'fresh'), { GPT_DATA_DIR: dataFolder })).skipped[0]!
        .reason,
    ).toMatch(/gone\.txt is not on this machine/);
  },
);

test('Ctrl-C ends it', async () => {
  const signal = AbortSignal.abort(new InterruptedError('Interrupted.'));
  await expect(run({}, signal)).rejects.toBeInstanceOf(InterruptedError);
});
