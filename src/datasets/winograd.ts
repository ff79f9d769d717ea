/**
 * The Winograd Schema Challenge (Levesque, Davis & Morgenstern 2012): sentences with a pronoun whose meaning flips with one
 * word. The collection has 285; the literature measures on its first 273.
 */
import type { Dataset } from './dataset.js';
import { type PronounProblem, readPronounProblems } from './pronoun-problem.js';

/** What follows the possessive pronouns of WSC273, for the form of the data that hides the pronouns. */
const owned =
  /^(?:arms|back|bassinet|bathroom key|bishop|boyfriend|bunk bed|chest|concentration|"Dibs!"|education|empty glass|legs|place had|shoulders|silence|toy|turn|will\.)/;

/** The collections that are measured on, by the number of their sentences. */
export const winogradCollections = ['273', '285'] as const;
/** One of `winogradCollections`. */
export type WinogradCollection = (typeof winogradCollections)[number];

const reworded = ['winograd_wsc.jsonl', 'wsc273.txt'];

/** The first 273 sentences, or all 285. */
export function winograd(collection: WinogradCollection): Dataset<PronounProblem> {
  const table = `wsc${collection}/test-00000-of-00001.parquet`;
  const publishedRows = Number(collection);
  const files = ['WSCollection.xml', table, ...(collection === '273' ? reworded : [])];
  return {
    name: `Winograd schemata, WSC${collection}`,
    folder: 'winograd',
    files,
    hub: { repo: 'coref-data/davis_wsc_raw', path: table },
    sample: 'winograd.xml',
    publishedRows,
    source: 'https://cs.nyu.edu/~davise/papers/WinogradSchemas/WS.html',
    licence: 'CC BY 4.0',
    // The collection holds more sentences than the literature measures on.
    read: async ([file]) => (await readPronounProblems(file!, owned, files)).slice(0, publishedRows),
  };
}
