import { UsageError } from './errors.js';
import { nearest } from './suggest.js';

/** What has names on the command line. */
export type NameKind = 'task' | 'table' | 'figure' | 'claim' | 'model';

/** A name that nothing of its kind has. The command line adds what else it may mean (src/cli/names.ts). */
export class UnknownNameError extends UsageError {
  readonly kind: NameKind;
  readonly given: string;

  /** `known`: the names of that kind; the nearest one is proposed, and where none is near, `hint` says what to do. */
  constructor(kind: NameKind, given: string, known: readonly string[], hint?: string, problem?: string) {
    const near = nearest(given, known);
    const sentence = problem ?? `There is no ${kind} "${given}".`;
    super(near === undefined ? sentence : `${sentence} Did you mean ${near}?`, {
      hint: hint ?? (near === undefined ? `There are: ${known.join(', ')}.` : undefined),
    });
    this.kind = kind;
    this.given = given;
  }
}
