/** Ranks that the fit takes in at most, as in the program of the paper below. */
const MOST_RANKS = 5000;

/**
 * Zipf coefficient of words: minus the slope of the straight line through log frequency over log rank, by least squares, over the
 * 5,000 most frequent words (Holtzman et al. 2020, §5.2, and their program). About 1 for human text; more where few words make
 * up most of it. NaN with fewer than two different words.
 */
export function zipfCoefficient(texts: readonly (readonly string[])[]): number {
  const counts = new Map<string, number>();
  for (const words of texts) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const frequencies = [...counts.values()].sort((a, b) => b - a).slice(0, MOST_RANKS);
  const x = frequencies.map((_, rank) => Math.log(rank + 1));
  const y = frequencies.map(Math.log);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  let covariance = 0;
  let variance = 0;
  for (const [place, value] of x.entries()) {
    covariance += (value - meanX) * (y[place]! - meanY);
    variance += (value - meanX) ** 2;
  }
  return -covariance / variance;
}
