/** Random rows for every data set that is published as rows: as the hub has them, and what must be read of them. */
import { cbt } from '../datasets/cbt.js';
import { cnnDailymail } from '../datasets/cnn-dailymail.js';
import { colaDev } from '../datasets/cola.js';
import { coqaDev } from '../datasets/coqa.js';
import type { Dataset } from '../datasets/dataset.js';
import { dpr } from '../datasets/dpr.js';
import { lambadaOpenai } from '../datasets/lambada.js';
import { mnliDevMatched } from '../datasets/mnli.js';
import { mrpcDev, mrpcTest } from '../datasets/mrpc.js';
import { naturalQuestionsDev } from '../datasets/natural-questions.js';
import { oneBillionWords } from '../datasets/one-billion-words.js';
import { pdp60 } from '../datasets/pdp.js';
import { ptb } from '../datasets/ptb.js';
import { qnliDev } from '../datasets/qnli.js';
import { qqpDev } from '../datasets/qqp.js';
import { race } from '../datasets/race.js';
import { rteDev } from '../datasets/rte.js';
import { scitailTest } from '../datasets/scitail.js';
import { snliTest } from '../datasets/snli.js';
import { sst2Dev, sst2SentencesDev } from '../datasets/sst2.js';
import { storyClozeTest } from '../datasets/story-cloze.js';
import { stsBDev, stsBTest } from '../datasets/sts-b.js';
import { wikitext } from '../datasets/wikitext.js';
import { winograd } from '../datasets/winograd.js';
import { newstest2014 } from '../datasets/wmt14.js';
import { wnliDev } from '../datasets/wnli.js';
import type { JsonObject } from '../files/json-file.js';
import { randomTexts } from './random-texts.js';

/** A row as the hub has it, and what is read of it. */
interface RowExample {
  hub: JsonObject;
  row: unknown;
}

/** Data sets with the same rows. */
export interface RowCase {
  datasets: Dataset<unknown>[];
  example: () => RowExample;
  /** Other published names, by the hub's. */
  names?: Readonly<Record<string, string>>;
}

/** By the name of the data set, a new example at each call. */
export function rowCases(random: () => number): Record<string, RowCase> {
  const { below, oneOf, several, sentence, words } = randomTexts(random);
  const labelled = (
    first: string,
    second: string | undefined,
    classes: number,
    keys = [first, second],
  ): RowCase => ({
    datasets: [],
    example() {
      const [one, other, label] = [sentence(), sentence(), below(classes)];
      const hub = second === undefined ? { [first]: one, label } : { [first]: one, [second]: other, label };
      const row =
        second === undefined ? { [keys[0]!]: one, label } : { [keys[0]!]: one, [keys[1]!]: other, label };
      return { hub: { ...hub, idx: below(1000) }, row };
    },
  });
  const claim = labelled('premise', 'hypothesis', 3);
  const authors = { premise: 'sentence1', hypothesis: 'sentence2', label: 'gold_label' };
  const pair = labelled('sentence1', 'sentence2', 2);
  const entailment = labelled('sentence1', 'sentence2', 2, ['premise', 'hypothesis']);
  const corpus = { sentence1: '#1 String', sentence2: '#2 String', label: 'Quality' };

  const cases: Record<string, RowCase> = {
    SNLI: { ...claim, datasets: [snliTest], names: authors },
    MNLI: { ...claim, datasets: [mnliDevMatched], names: authors },
    SciTail: {
      datasets: [scitailTest],
      names: authors,
      example() {
        const [premise, hypothesis, label] = [sentence(), sentence(), below(2)];
        return {
          hub: { premise, hypothesis, label: ['entails', 'neutral'][label] },
          row: { premise, hypothesis, label },
        };
      },
    },
    RTE: { ...entailment, datasets: [rteDev] },
    WNLI: { ...entailment, datasets: [wnliDev] },
    QNLI: { ...labelled('question', 'sentence', 2), datasets: [qnliDev] },
    QQP: { ...labelled('question1', 'question2', 2), datasets: [qqpDev], names: { label: 'is_duplicate' } },
    MRPC: { ...pair, datasets: [mrpcDev, mrpcTest], names: corpus },
    CoLA: { ...labelled('sentence', undefined, 2), datasets: [colaDev] },
    'SST-2': {
      ...labelled('sentence', undefined, 2),
      datasets: [sst2Dev, sst2SentencesDev],
    },
    'STS-B': {
      datasets: [stsBDev, stsBTest],
      names: { label: 'score' },
      example() {
        const [sentence1, sentence2, score] = [sentence(), sentence(), below(21) / 4 + 0.125 * below(2)];
        const label = Math.min(5, score);
        return { hub: { sentence1, sentence2, label, idx: 1 }, row: { sentence1, sentence2, score: label } };
      },
    },
    'Story Cloze': {
      datasets: [storyClozeTest],
      names: Object.fromEntries([
        ['story_id', 'InputStoryid'],
        ...[1, 2, 3, 4].map((place) => [`input_sentence_${place}`, `InputSentence${place}`]),
        ...[1, 2].map((place) => [`sentence_quiz${place}`, `RandomFifthSentenceQuiz${place}`]),
        ['answer_right_ending', 'AnswerRightEnding'],
      ]),
      example() {
        const told = [1, 2, 3, 4].map(() => sentence());
        const endings = [sentence(), sentence()];
        const [id, right] = [`id-${below(1e6)}`, 1 + below(2)];
        return {
          hub: {
            story_id: id,
            ...Object.fromEntries(told.map((text, place) => [`input_sentence_${place + 1}`, text])),
            ...Object.fromEntries(endings.map((text, place) => [`sentence_quiz${place + 1}`, text])),
            answer_right_ending: right,
          },
          row: { id, story: told.join(' '), endings, label: right - 1 },
        };
      },
    },
    RACE: {
      datasets: [race({ split: 'dev', level: 'all' })],
      names: { example_id: 'id' },
      example() {
        const [article, question, options, label] = [
          sentence(),
          sentence(),
          several(sentence, 4, 4),
          below(4),
        ];
        const id = `${oneOf('high', 'middle')}${below(1e5)}.txt`;
        return {
          hub: { example_id: id, article, answer: 'ABCD'[label], question, options },
          row: { article, question, options, label, level: id.replace(/\d.*/, ''), id },
        };
      },
    },
    CBT: {
      datasets: [cbt('CN', 'validation'), cbt('V', 'test')],
      example() {
        const [sentences, query] = [several(() => sentence([]), 20, 20), `${words()} XXXXX ${words()}`];
        const candidates = ['cat', "o'clock", 'Zoë'];
        const answer = below(3);
        return {
          hub: { sentences, question: query, answer: candidates[answer], options: candidates },
          row: { sentences, query, candidates, answer },
        };
      },
    },
    CoQA: {
      datasets: [coqaDev],
      example() {
        const turns = several(() => [`q ${sentence()}`, `a ${sentence()}`, sentence()] as const, 1, 4);
        const story = sentence();
        const list = (place: 0 | 1 | 2) => turns.map((turn) => turn[place]);
        const turn_id = turns.map((_, place) => place + 1);
        return {
          hub: {
            source: 'race',
            story,
            questions: { input_text: list(0), turn_id },
            answers: { input_text: list(1), turn_id },
            additional_answers: { '0': { input_text: list(2), turn_id } },
          },
          row: {
            source: 'race',
            story,
            turns: turns.map(([question, ...references]) => ({ question, references })),
          },
        };
      },
    },
    'CoQA, single answers': {
      datasets: [coqaDev],
      example() {
        const turns = several(() => [`q ${sentence()}`, `a ${sentence()}`] as const, 1, 4);
        const [questions, input_text] = [
          turns.map(([question]) => question),
          turns.map(([, answer]) => answer),
        ];
        const story = sentence();
        return {
          hub: { source: 'cnn', story, questions, answers: { input_text, answer_start: turns.map(() => 0) } },
          row: {
            source: 'cnn',
            story,
            turns: turns.map(([question, answer]) => ({ question, references: [answer] })),
          },
        };
      },
    },
    'CNN/DailyMail': {
      datasets: [cnnDailymail],
      example() {
        const [id, article, highlights] = [`h${below(1e9)}`, sentence(), several(() => words(2), 1, 3)];
        return {
          hub: { article, highlights: highlights.join('\n'), id },
          row: { id, article: article.trim(), highlights },
        };
      },
    },
    'WMT-14': {
      datasets: [newstest2014],
      example() {
        const [english, french] = [words(), words()];
        return { hub: { translation: { en: english, fr: french } }, row: { english, french } };
      },
    },
    'WMT-14, a column for each language': {
      datasets: [newstest2014],
      names: { en: 'english', fr: 'french' },
      example() {
        const [english, french] = [sentence().trim(), sentence().trim()];
        return { hub: { en: english, fr: french }, row: { english, french } };
      },
    },
    'Winograd schemata and PDP60': {
      datasets: [winograd('273'), winograd('285'), pdp60],
      example() {
        const [before, after, candidates, answer] = [
          `😀 ${words()}`,
          `${words()}.`,
          [words(), words()],
          below(2),
        ];
        const hub = { text: `${before} it ${after}`, pronoun: 'it', pronoun_loc: [...before].length + 1 };
        return {
          hub: { ...hub, options: candidates, label: answer },
          row: { before, after, possessive: false, candidates, answer },
        };
      },
    },
    'Winograd schemata with the candidates in their place': {
      datasets: [winograd('273')],
      example() {
        const [before, after, gold] = [words(), `${words()}.`, below(2)];
        return {
          hub: { context_options: [`${before} the Ann`, `${before} the Bea`], continuation: after, gold },
          row: { before, after, possessive: false, candidates: ['the Ann', 'the Bea'], answer: gold },
        };
      },
    },
    DPRD: {
      datasets: [dpr('test'), dpr('train')],
      example() {
        const [before, after, candidates, answer] = [words(), `${words()}.`, [words(), words()], below(2)];
        return {
          hub: { sentence: `${before} they ${after}`, pronoun: 'they', candidates, label: answer },
          row: { before, after, possessive: false, candidates, answer },
        };
      },
    },
    'Natural Questions': {
      datasets: [naturalQuestionsDev],
      example() {
        const [question, answers] = [sentence(), several(() => sentence([]), 1, 4)];
        return { hub: { question, answer: answers }, row: { question, answers } };
      },
    },
    LAMBADA: {
      datasets: [lambadaOpenai],
      example() {
        const context = sentence(['\n']).trim();
        return { hub: { text: `${context} word` }, row: { context, word: 'word' } };
      },
    },
    'Penn Treebank': {
      datasets: [ptb('test')],
      example() {
        const text = words();
        return { hub: { sentence: text }, row: ` ${text} ` };
      },
      names: { sentence: 'text' },
    },
    WikiText: {
      datasets: [wikitext('2', 'unk', 'test'), wikitext('103', 'unk', 'validation')],
      example() {
        const text = `${sentence([]).trim()} <unk>`;
        return { hub: { text: ` ${text} \n` }, row: ` ${text} ` };
      },
    },
    'One Billion Word': {
      datasets: [oneBillionWords],
      example() {
        const text = sentence([]).trim();
        return { hub: { text }, row: text };
      },
    },
  };
  return cases;
}
