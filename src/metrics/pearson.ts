/**
 * Pearson correlation, −1 to 1: STS-B. NaN when one of the lists is constant or shorter than two, as in SciPy. Throws
 * RangeError when the lists differ in length.
 */
export function pearson(x: readonly number[], y: readonly number[]): number {
  if (x.length !== y.length) throw new RangeError(`${x.length} and ${y.length} values`);
  // Rounding could make the deviations of a constant list not quite 0, and anything of their quotient.
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  const [meanX, meanY] = [average(x), average(y)];
  let [xy, xx, yy] = [0, 0, 0];
  x.forEach((value, index) => {
    const [dx, dy] = [value - meanX, y[index]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  });
  // Rounding can leave the interval by a last bit.
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const isConstant = (values: readonly number[]) => values.every((value) => value === values[0]);
