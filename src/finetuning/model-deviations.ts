/** How a model differs from the two that the GPT-1 paper fine-tunes: its own (§4.1), and the LSTM of Table 5 (§5). */
import { formatCount } from '../format.js';
import { describe } from '../models/architectures.js';
import { findRegisteredModel, type ModelConfig } from '../models/config.js';
import { lstmUnits } from '../models/lstm.js';

/** Units of the paper's LSTM, the only one of its sizes that is printed (§5). */
const PAPER_LSTM_UNITS = 2048;

/** In sentences for a result; none for a model of the size of GPT-1. Vocabularies do not count: fine-tuning adds to them. */
export function modelDeviations(config: ModelConfig): string[] {
  const { label, attends } = describe(config);
  if (config.architecture === findRegisteredModel('gpt1')!.config.architecture) return gpt1Deviations(config);
  if (!attends) return [lstmDeviation(config)];
  return [`The model has the architecture of ${label} (${sizeOf(config)}); the paper fine-tunes GPT-1.`];
}

function gpt1Deviations(config: ModelConfig): string[] {
  const [ours, paper] = [sizeOf(config), sizeOf(findRegisteredModel('gpt1')!.config)];
  return ours === paper ? [] : [`The model is a smaller or larger GPT-1: ${ours}; the paper's has ${paper}.`];
}

function lstmDeviation(config: ModelConfig): string {
  const [units, channels] = [lstmUnits(config), formatCount(config.nEmbd)];
  const rest = 'how wide its embedding is and how it was pre-trained is not printed';
  return units === PAPER_LSTM_UNITS
    ? `The LSTM has the ${formatCount(units)} units of the paper's; ${rest}. Here it is ${channels} channels.`
    : `The LSTM has ${formatCount(units)} units and ${channels} channels; the paper's has ${formatCount(PAPER_LSTM_UNITS)} units, and ${rest}.`;
}

function sizeOf({ nLayer, nHead, nEmbd, nCtx }: ModelConfig): string {
  const layers = nLayer === 1 ? '1 layer' : `${nLayer} layers`;
  return `${layers} of ${nEmbd} channels with ${nHead} heads, ${formatCount(nCtx)} positions`;
}
