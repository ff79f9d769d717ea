/** The 127 English stop words of NLTK's older list, contractions left out: what cybertronai/bflm filters LAMBADA with. */
const stopWords = new Set(
  `a about above after again against all am an and any are as at be because been before being below between both but by
  can did do does doing don down during each few for from further had has have having he her here hers herself him
  himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or other
  our ours ourselves out over own s same she should so some such t than that the their theirs them themselves then there
  these they this those through to too under until up very was we were what when where which while who whom why will
  with you your yours yourself yourselves`.split(/\s+/),
);

/** True for a stop word, upper and lower case alike. */
export function isStopWord(word: string): boolean {
  return stopWords.has(word.toLowerCase());
}

/** Every stop word as it continues a text: a space, then the word in lower case or capitalised. */
export const stopWordContinuations: readonly string[] = [...stopWords].flatMap((word) => [
  ` ${word}`,
  ` ${word[0]!.toUpperCase()}${word.slice(1)}`,
]);
