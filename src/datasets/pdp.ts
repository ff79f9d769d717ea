/**
 * The Pronoun Disambiguation Problems of the 2016 Winograd challenge (Davis, Morgenstern & Ortiz 2017): 60 pronouns from books
 * and articles, some with more than two candidates.
 */
import type { Dataset } from './dataset.js';
import { type PronounProblem, readPronounProblems } from './pronoun-problem.js';

/** What follows the possessive pronouns, for the form of the data that hides the pronouns. */
const owned =
  /^(?:approval|berth|boss|crew|everlasting nagging|favorite photo|feet|financial support|hair|innate|shoulder|Sunday dinners|wing|work)\b/;

const files = ['PDPChallenge2016.xml', 'PDP.txt'];

/** PDP60. It is not on the hub. */
export const pdp60: Dataset<PronounProblem> = {
  name: 'Pronoun Disambiguation Problems, PDP60',
  folder: 'winograd',
  files,
  sample: 'pdp.txt',
  publishedRows: 60,
  source: 'https://cs.nyu.edu/~davise/papers/WinogradSchemas/WS.html',
  licence: 'not stated; for research',
  read: ([file]) => readPronounProblems(file!, owned, files),
};
