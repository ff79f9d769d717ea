import { expect, test } from 'vitest';
import { type DoctorFindings, doctorVerdicts } from './doctor-verdicts.js';

const good: DoctorFindings = {
  ...{ runs: true, memoryBytes: 32e9, cache: { writable: true, freeBytes: 100e9 } },
  ...{ resultsWritable: true, samples: 40, isOffline: false },
};
const say = (changes: Partial<DoctorFindings>) =>
  doctorVerdicts({ ...good, ...changes }).map(({ can, what }) => `${can ? 'yes' : 'no'} ${what}`);

test('a good machine can do everything', () => {
  expect(say({}).every((verdict) => verdict.startsWith('yes'))).toBe(true);
  expect(say({})).toContain('yes zero-shot evaluation up to gpt2-xl, by memory (32 GB)');
});

test('memory, disk, network and folders each have their verdict', () => {
  expect(say({ memoryBytes: 4e9 })).toContain('yes fine-tuning up to gpt1 and gpt2, by memory');
  expect(say({ memoryBytes: 2e9 })[2]).toMatch(/^no fine-tuning: 2 GB of memory are too little for GPT-1/);
  expect(say({ memoryBytes: 1e9 })[1]).toMatch(/^no zero-shot evaluation/);
  expect(say({ cache: { writable: true, freeBytes: 2e9 } })[3]).toBe(
    'yes downloads: room for gpt2-medium at most (2 GB free)',
  );
  expect(say({ cache: { writable: true, freeBytes: 1e8 } })[3]).toMatch(/^no downloads: no room/);
  expect(say({ cache: { writable: false, freeBytes: 1e12 } })[3]).toMatch(/^no downloads: the cache/);
  expect(say({ isOffline: true })[3]).toMatch(/^no downloads: HF_HUB_OFFLINE/);
  expect(say({ resultsWritable: false })[4]).toMatch(/^no results cannot be written/);
  expect(
    say({ runs: false })
      .slice(0, 3)
      .every((verdict) => verdict.startsWith('no')),
  ).toBe(true);
});
