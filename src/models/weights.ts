import type { Value } from '../graph/value.js';

/** The parameters of a checkpoint as values of a graph: float32, whatever they are stored as. */
export interface Weights {
  /** A whole parameter, by its checkpoint name. The same value each time. */
  get(name: string): Value;
  /** Rows `start` up to but not including `end` of a matrix, as a parameter of their own: no copy, only another offset. */
  rows(name: string, start: number, end: number): Value;
}
