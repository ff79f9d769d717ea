import type { Value } from '../graph/value.js';
import type { BlockMatrix } from './block-matrix.js';

/** The parameters of a checkpoint as values of a graph: float32, whatever they are stored as. */
export interface Weights {
  /** A whole parameter, by its checkpoint name. The same value each time. */
  get(name: string): Value;
  /** Rows `start` up to but not including `end` of a matrix, as a parameter of their own: no copy, only another offset. */
  rows(name: string, start: number, end: number): Value;
  /**
   * A matrix in few bits, or rows `start` up to but not including `end` of it, laid out for `timesBlockMatrix`: one that is stored
   * input-major is turned round. Undefined for one that is not kept in few bits.
   */
  blocks?(name: string, rows?: readonly [start: number, end: number]): BlockMatrix | undefined;
  /** Rows `ids` of a matrix, float32; where it is absent, `get` and a gather do. */
  lookup?(name: string, ids: Value): Value;
}
