import { type AnswerScore, compareAnswers } from './token-f1.js';

/**
 * The official CoQA score of one answer. With several references each is left out once, the best of the others counts, and
 * the mean over the turns is the score: so a human, who is one of the references, is measured in the same way. With one
 * reference it is the plain comparison. The score of a data set is the mean over all questions.
 */
export function coqaScore(prediction: string, references: readonly string[]): AnswerScore {
  if (references.length <= 1) return compareAnswers(prediction, references);
  const scores = references.map((_, left) => compareAnswers(prediction, references.toSpliced(left, 1)));
  const average = (pick: (score: AnswerScore) => number) =>
    scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  return {
    exactMatch: average((score) => score.exactMatch),
    f1: average((score) => score.f1),
    empty: scores.some((score) => score.empty),
  };
}
