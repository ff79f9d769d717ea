/** How results are called in a report. */
import type { Result } from '../../results/result.js';
import { describeModel, describeSettings } from '../summary.js';

/** `sample, epochs 2`: under which conditions a result came about; empty for the whole data at default settings. */
export function conditionsOf(result: Result): string {
  const sample = result.data.source === 'sample' ? 'sample' : '';
  return [sample, describeSettings(result)].filter((part) => part !== '').join(', ');
}

/** `rte, gpt1, sample, epochs 2`. */
export function titleOf(result: Result): string {
  return [result.task.name, describeModel(result), conditionsOf(result)]
    .filter((part) => part !== '')
    .join(', ');
}
