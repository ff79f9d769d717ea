/**
 * The kinds of failure this tool tells apart. Everything else that is thrown is a bug and ends with a stack trace.
 *
 * | class            | meaning                            | exit code |
 * |------------------|------------------------------------|-----------|
 * | UserError        | the user can mend it; says how     | 1         |
 * | UsageError       | wrong command line                 | 2         |
 * | DataError        | a file holds something else than it should | 1 |
 * | InterruptedError | Ctrl-C; says how to go on          | 130       |
 */

/** A failure that the user can mend. `hint` says what to do next: the command or variable, ready to type. */
export class UserError extends Error {
  readonly exitCode: number = 1;
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** A command line that makes no sense: unknown name, contradictory flags, a number out of range. */
export class UsageError extends UserError {
  override readonly exitCode = 2;
}

/** Where in a file something is wrong, and what was expected there. */
export interface DataProblem {
  /** Path of the file as the user knows it. */
  file: string;
  /** Tensor, key, column or `line 12`; absent when the whole file is meant. */
  at?: string;
  /** One sentence: what is wrong. */
  problem: string;
  expected?: string | number;
  found?: string | number;
  hint?: string;
}

/** A file that does not hold what it should. The message names file, place, expected and found. */
export class DataError extends UserError {
  readonly problem: DataProblem;

  constructor(problem: DataProblem, options: { cause?: unknown } = {}) {
    const place = problem.at === undefined ? problem.file : `${problem.file}: ${problem.at}`;
    const expected = problem.expected === undefined ? '' : ` Expected ${problem.expected}`;
    const found =
      problem.found === undefined
        ? expected && `${expected}.`
        : `${expected ? `${expected}, found` : ' Found'} ${problem.found}.`;
    super(`${place}: ${problem.problem}${found}`, { hint: problem.hint, cause: options.cause });
    this.problem = problem;
  }
}

/** The user pressed Ctrl-C. The hint says how to resume. */
export class InterruptedError extends UserError {
  override readonly exitCode = 130;
}
