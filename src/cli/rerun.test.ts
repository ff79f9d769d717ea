import { expect, it } from 'vitest';
import { paperSettings } from '../finetuning/settings.js';
import type { Result } from '../results/result.js';
import { exampleResult } from '../testing/example-result.js';
import { recordedDataPath, recordedTexts, rerunCommand, rerunWords } from './rerun.js';

const command = (result: Result, data?: string) => rerunWords(result, data)?.join(' ');

it.each([
  [exampleResult(), 'eval lambada --model=gpt2 --batch-tokens=4096 --device=cpu'],
  [
    exampleResult({ data: { source: 'sample' }, settings: { limit: 10, seed: 7 } }),
    'eval lambada --model=gpt2 --data=sample --limit=10 --batch-tokens=4096 --device=cpu --seed=7',
  ],
  [
    exampleResult({ task: { name: 'cnn-dm', variant: { hint: 'no', split: 'test' } } }),
    'eval cnn-dm --model=gpt2 --no-hint --split=test --batch-tokens=4096 --device=cpu',
  ],
])('case %#: the command of a result is %s', (result, expected) => {
  expect(command(result)).toBe(expected);
});

it('the data is named where it was, except for a sample', () => {
  expect(command(exampleResult(), 'a b')).toContain(' --data=a b ');
  expect(command(exampleResult({ data: { source: 'sample' } }), 'a b')).toContain(' --data=sample ');
});

it('a result with a dictionary has no command: its file is not known', () => {
  expect(rerunWords(exampleResult({ task: { variant: { dictionary: 'fr.txt@12345678' } } }))).toBeUndefined();
});

it('a result of a benchmark file has no command: it is a program, which only its user may start', () => {
  expect(rerunWords(exampleResult({ task: { name: 'odd-word@0123abcd' } }))).toBeUndefined();
});

it('a fine-tuning result gives every setting, and the seeds or layers that it sums up', () => {
  const settings = { ...paperSettings, epochs: 1, transferLayers: -1 };
  const finetuning = { settings } as Result['finetuning'];
  const one: Result = { ...exampleResult({ task: { name: 'rte' } }), finetuning };
  expect(command(one)).toMatch(/^finetune rte --model=gpt2 --epochs=1 --batch=32 .* --transfer-layers=-1$/);
  expect(command(one)).not.toContain('--limit');
  const runs = [42, 43].map((value) => ({ value, file: 'x', fingerprint: 'x', metrics: {} }));
  expect(command({ ...one, sweep: { setting: 'seed', runs } })).toContain(
    ' --transfer-layers=-1 --seeds=42,43',
  );
  const layers = command({ ...one, sweep: { setting: 'transfer-layers', runs, seeds: [1, 2] } });
  expect(layers).toContain(' --transfer-layers=42,43 --seeds=1,2');
});

it.each([
  ['gpt eval ptb --data some/ptb.txt --model tiny', 'some/ptb.txt'],
  ['gpt eval ptb --data=some/ptb.txt', 'some/ptb.txt'],
  ["gpt eval ptb --data 'my d'\\''ata/ptb.txt' --model tiny", "my d'ata/ptb.txt"],
  ['gpt eval ptb --data sample', undefined],
  ["gpt eval ptb '--data=my data/ptb.txt' --model tiny", 'my data/ptb.txt'],
  ['gpt finetune rte --train-data a.tsv --model tiny', undefined],
])('%s: --data is %s', (line, expected) => {
  expect(recordedDataPath(line)).toBe(expected);
});

it.each([
  [exampleResult({ data: { source: 'sample' } }), ' --data=sample'],
  // As many examples as were published: from wherever they are found.
  [exampleResult({ data: { source: 'file', file: 'lambada_test.jsonl' } }), ''],
  [
    exampleResult({ data: { source: 'file', file: 'my own.jsonl', complete: false } }),
    " '--data=my own.jsonl'",
  ],
])('case %#: the command line of a joined result has%s for its data', (result, data) => {
  expect(rerunCommand(result)).toBe(`gpt eval lambada --model=gpt2${data} --batch-tokens=4096 --device=cpu`);
});

it('the texts of an overlap are those of its command, whatever their names', () => {
  const line = "gpt overlap --dataset=ptb --n=7 --test 'my test.txt' b.txt --train 'it'\\''s/train.txt'";
  expect(recordedTexts(line)).toEqual(['my test.txt', 'b.txt', "it's/train.txt"]);
  const result = { ...exampleResult({ task: { name: 'overlap-ptb' } }), command: line };
  expect(rerunWords(result)).toEqual([
    ...['overlap', '--dataset=ptb', '--n=7'],
    ...['--test', 'my test.txt', 'b.txt', '--train', "it's/train.txt"],
  ]);
});
