/** What the papers, or a model's card, say of how a model was made. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../errors.js';
import { findTextFile } from '../files/decode.js';
import { readJsonFile } from '../files/json-file.js';
import { checkShape, list, object, text } from '../files/json-shape.js';
import { findRegisteredModel } from '../models/config.js';
import type { ComparedModel } from './model.js';
import type { Section } from './section.js';

/** One statement. */
export interface Fact {
  /** `training text`. */
  what: string;
  value: string;
  /** Paper and section, or file. */
  source: string;
}

/** A file of experiments/facts/. */
interface FactFile {
  id: string;
  /** Registered names of the models that it is about. */
  models: string[];
  /** What "GPT-1 paper" in the sources stands for, in full. */
  paper: string;
  facts: Fact[];
}

/** The folder that comes with the package; from src/ and from dist/ it is equally far. */
const factsFolder = fileURLToPath(new URL('../../experiments/facts/', import.meta.url));

const factFileShape = object<FactFile>(
  {
    id: text,
    models: list(text, 1),
    paper: text,
    facts: list(object<Fact>({ what: text, value: text, source: text }, { exact: true }), 1),
  },
  { exact: true },
);

/** Statements about a published model by its registered name; none for any other. Throws DataError for a malformed file. @internal */
export async function readFacts(model: string, folder = factsFolder): Promise<Fact[]> {
  return (await findFactFile(model, folder))?.facts ?? [];
}

async function findFactFile(model: string, folder: string): Promise<FactFile | undefined> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  for (const name of names) {
    const file = path.join(folder, name);
    const value = await readJsonFile(file);
    const facts = checkShape(factFileShape, value, file, 'the facts are malformed.');
    const { models } = facts;
    const unknown = models.find((one) => findRegisteredModel(one)?.name !== one);
    if (unknown !== undefined) {
      throw new DataError({
        file,
        at: 'models',
        problem: `${unknown} is not the name of a registered model.`,
      });
    }
    if (models.includes(model)) return facts;
  }
  return undefined;
}

/** How the models were trained and what they are used for. */
export async function compareFacts(models: readonly ComparedModel[]): Promise<Section> {
  const files = await Promise.all(models.map(({ name }) => findFactFile(name, factsFolder)));
  const facts = await Promise.all(
    models.map(({ folder }, place) => files[place]?.facts ?? (folder === undefined ? [] : readCard(folder))),
  );
  const papers = new Set(files.flatMap((file) => file?.paper ?? []));
  const subjects = [...new Set(facts.flatMap((list) => list.map(({ what }) => what)))];
  const find = (what: string) => facts.map((list) => list.find((fact) => fact.what === what));
  return {
    id: 'pre-training',
    title: 'Pre-training data and method',
    rows: subjects.map((what) => ({
      what,
      values: find(what).map((fact) => fact?.value ?? null),
      sources: find(what).map((fact) => fact?.source ?? null),
    })),
    notes: [
      ...papers,
      ...models.flatMap(({ name }, place) =>
        facts[place]!.length === 0 ? `Nothing is known here of how ${name} was trained.` : [],
      ),
    ],
  };
}

/** The first table of two columns in the README.md beside the weights: what the model's maker says of it. */
async function readCard(folder: string): Promise<Fact[]> {
  const file = path.join(folder, 'README.md');
  const text = (await findTextFile(file)) ?? '';
  const [, rows = ''] =
    /^\|[^|\n]*\|[^|\n]*\|\n\|[ :-]+\|[ :-]+\|\n((?:\|[^|\n]*\|[^|\n]*\|\n)+)/m.exec(text) ?? [];
  const source = `${path.basename(folder)}/README.md`;
  return rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, what, value]) => what && value && !alreadyCounted.has(what))
    .map(([, what, value]) => ({ what: what!, value: value!, source }));
}

/** What the section about architecture says by itself. */
const alreadyCounted = new Set(['architecture', 'parameters']);
