/** What the result of a task goes into, read from the tables, figures and claims themselves. */
import { type Claim, type ClaimTest, readClaims } from './claims/claim.js';
import { listExperiments, tasksOf } from './experiment.js';
import { figureIds, readFigureDefinition } from './figures/definition.js';

/** By id. */
export interface Feeds {
  tables: string[];
  figures: string[];
  claims: string[];
}

/** A function that tells what a task goes into. */
export async function readFeeds(): Promise<(task: string) => Feeds> {
  const [experiments, { claims }, ids] = await Promise.all([listExperiments(), readClaims(), figureIds()]);
  const figures = await Promise.all(ids.map((id) => readFigureDefinition(id)));
  return (task) => ({
    tables: experiments
      .filter(({ columns }) => columns.some((column) => tasksOf(column).includes(task)))
      .map(({ id }) => id),
    figures: figures
      .filter(({ panels }) => panels.some(({ ours }) => ours.some((series) => series.task === task)))
      .map(({ id }) => id),
    claims: claims.filter((claim) => measuredTasks(claim).includes(task)).map(({ id }) => id),
  });
}

/** The tasks that decide a claim for the family of small models. */
function measuredTasks({ test, family }: Claim): string[] {
  const decisive: ClaimTest = family ?? test;
  switch (decisive.kind) {
    case 'sizes':
      return [decisive.task];
    case 'beats':
      return decisive.first.map(({ task }) => task);
    case 'better':
      return [...decisive.first, ...decisive.second].map(({ task }) => task);
  }
}
