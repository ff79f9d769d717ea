/** What the two papers claim, as data: each statement with its place and the measurement that decides it (experiments/claims.json). */
import { fileURLToPath } from 'node:url';
import { DataError } from '../../errors.js';
import { readJsonFile } from '../../files/json-file.js';
import {
  type Check,
  checkShape,
  dictionary,
  list,
  number,
  object,
  oneOf,
  optional,
  text,
} from '../../files/json-shape.js';
import { UnknownNameError } from '../../unknown-name.js';

/** A number of a result: a metric of a task, with those options, of the model that plays a part in a group of models. */
export interface Measure {
  task: string;
  metric: string;
  /** Part of the model in its group: `largest`, `finetuned`. */
  model: string;
  variant?: Record<string, string>;
}

/** The measurement that decides a claim. Of a list the unweighted mean counts. */
export type ClaimTest =
  /** The metric gets better from each size of the group to the next. */
  | { kind: 'sizes'; task: string; metric: string; variant?: Record<string, string> }
  /** The first is better than the second; `opposite`: worse. */
  | { kind: 'better'; first: Measure[]; second: Measure[]; opposite?: 'yes' }
  /** It is better than a fixed number. */
  | { kind: 'beats'; first: Measure[]; value: number };

/** A statement of a paper. */
export interface Claim {
  /** Name on the command line: `size-lambada`. */
  id: string;
  paper: 'GPT-1' | 'GPT-2';
  /** Section and table. */
  place: string;
  /** The statement, in our words. */
  says: string;
  /** What the paper prints for it. */
  published: string;
  /** What a reader should know, such as how the statement is misquoted. */
  note?: string;
  test: ClaimTest;
  /** Where models at hand are measured in another way, for want of the data. */
  family?: ClaimTest;
}

/** Models that are measured alike, by the part they play. `sizes` go from the smallest to the largest. */
export interface ModelGroup {
  label: string;
  sizes: string[];
  parts: Record<string, string>;
}

/** The file. */
export interface Claims {
  published: ModelGroup;
  family: ModelGroup;
  claims: Claim[];
}

const claimsFile = fileURLToPath(new URL('../../../experiments/claims.json', import.meta.url));

const variant = optional(dictionary(text));
const measures = list(
  object<Measure>({ task: text, metric: text, model: text, variant }, { exact: true }),
  1,
);
const tests: Record<ClaimTest['kind'], Check> = {
  sizes: object({ kind: text, task: text, metric: text, variant }, { exact: true }),
  better: object(
    { kind: text, first: measures, second: measures, opposite: optional(oneOf('yes')) },
    { exact: true },
  ),
  beats: object({ kind: text, first: measures, value: number }, { exact: true }),
};
const test: Check<ClaimTest> = (value, at) => {
  const kinds = Object.keys(tests);
  object({ kind: oneOf(...kinds) })(value, at);
  return tests[(value as ClaimTest).kind](value, at) as ClaimTest;
};
const group = object<ModelGroup>(
  { label: text, sizes: list(text, 2), parts: dictionary(text) },
  { exact: true },
);
const shape = object<Claims>(
  {
    published: group,
    family: group,
    claims: list(
      object<Claim>(
        {
          ...{ id: text, paper: oneOf('GPT-1', 'GPT-2'), place: text, says: text, published: text },
          ...{ note: optional(text), test, family: optional(test) },
        },
        { exact: true },
      ),
      1,
    ),
  },
  { exact: true },
);

/** All claims. Throws DataError for a malformed file. */
export async function readClaims(file = claimsFile): Promise<Claims> {
  const value = await readJsonFile(file);
  const claims = checkShape(shape, value, file, 'the claims are malformed.');
  const seen = new Set<string>();
  for (const { id } of claims.claims) {
    if (seen.has(id)) throw new DataError({ file, at: id, problem: 'this claim stands here twice.' });
    seen.add(id);
  }
  return claims;
}

/** The claims of those names. Throws UsageError with the nearest name for one that does not exist. */
export function pickClaims({ claims }: Claims, names: readonly string[]): Claim[] {
  if (names.length === 0) return claims;
  return names.map((name) => {
    const found = claims.find(({ id }) => id === name);
    if (found !== undefined) return found;
    const ids = claims.map(({ id }) => id);
    throw new UnknownNameError('claim', name, ids);
  });
}
