/**
 * The baseline of the GPT-2 paper for Natural Questions (§3.8): whatever is asked, it gives the answer that is most common
 * among questions with the same question word.
 */
import { normaliseAnswer } from '../metrics/normalise-answer.js';

const questionWords = ['who', 'whose', 'whom', 'what', 'when', 'where', 'which', 'why', 'how'] as const;
/** What a question asks for; `other` where no question word is in it. */
export type QuestionWord = (typeof questionWords)[number] | 'other';

/** The first question word in a question: people also ask `the capital of which state …`. @internal */
export function questionWord(question: string): QuestionWord {
  const words: string[] = question.toLowerCase().match(/[a-z]+/g) ?? [];
  const first = words.find((word) => (questionWords as readonly string[]).includes(word));
  return (first as QuestionWord | undefined) ?? 'other';
}

/** A question with what counts as an answer. */
export interface AnsweredQuestion {
  question: string;
  references: readonly string[];
}

/** Questions with one question word. */
export interface QuestionGroup {
  word: QuestionWord;
  questions: number;
  /** The most common answer, normalised, the first one in the file among equals; how many questions it answers. */
  answer: string;
  answers: number;
  /** For each question of the group its place in the list, and whether the baseline answers it. */
  verdicts: readonly { index: number; correct: boolean }[];
}

/**
 * The baseline, judged on each question by what is most common among the *other* questions: counted with them, the answer to
 * a question would help to answer it. Answers are compared normalised; those of which nothing is left do not count.
 * The largest group comes first.
 */
export function mostCommonAnswers(questions: readonly AnsweredQuestion[]): QuestionGroup[] {
  const groups = new Map<QuestionWord, number[]>();
  questions.forEach(({ question }, index) => {
    const word = questionWord(question);
    const members = groups.get(word);
    if (members === undefined) groups.set(word, [index]);
    else members.push(index);
  });
  return [...groups]
    .map(([word, members]) => judgeGroup(word, members, questions))
    .sort((a, b) => b.questions - a.questions);
}

/** An answer of a group, and how many of its questions it answers. */
interface RankedAnswer {
  answer: string;
  count: number;
  /** The first one in the file has 0: it decides among equals. */
  place: number;
}

function judgeGroup(
  word: QuestionWord,
  members: readonly number[],
  questions: readonly AnsweredQuestion[],
): QuestionGroup {
  const counts = new Map<string, number>();
  const answersOf = new Map<number, Set<string>>();
  for (const index of members) {
    const answers = new Set(questions[index]!.references.map(normaliseAnswer).filter(Boolean));
    answersOf.set(index, answers);
    for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  const ranked = [...counts]
    .map(([answer, count], place): RankedAnswer => ({ answer, count, place }))
    .sort((a, b) => b.count - a.count || a.place - b.place);
  const verdicts = members.map((index) => {
    const own = answersOf.get(index)!;
    return { index, correct: own.has(mostCommonOfOthers(own, ranked)) };
  });
  return {
    word,
    questions: members.length,
    answer: ranked[0]?.answer ?? '',
    answers: ranked[0]?.count ?? 0,
    verdicts,
  };
}

/** The most common answer when a question's own answers are not counted; empty where there are no others. */
function mostCommonOfOthers(own: ReadonlySet<string>, ranked: readonly RankedAnswer[]): string {
  let best = { answer: '', count: 0, place: -1 };
  for (const { answer, count, place } of ranked) {
    // All that follow are less common, with or without this question.
    if (count < best.count) break;
    const others = own.has(answer) ? count - 1 : count;
    if (others > best.count || (others === best.count && place < best.place)) {
      best = { answer, count: others, place };
    }
  }
  return best.answer;
}
