import { type Command, Option } from 'commander';
import { type FinetuneSettings, settingFlags } from '../finetuning/settings.js';
import { numberFrom, wholeNumber } from './options.js';

/** Declares the flags of `gpt finetune`; `FinetuneOptions` says what they become. */
export function addFinetuneFlags(command: Command): Command {
  const option = (flags: string, description: string) => new Option(flags, description);
  const settings = settingFlags.map(({ flag, description, whole, least, most, default: value }) => {
    const setting = option(flag, description).argParser((whole ? wholeNumber : numberFrom)(least, most));
    return value === null ? setting : setting.default(value);
  });
  const all = [
    option('-m, --model <model>', 'registered name, hub id, folder or file').default('gpt1'),
    option('--data <path>', 'folder of the data set, or "sample" for the hand-written one'),
    option('--train-data <file>', 'file to train on, instead of the data set’s'),
    option('--dev-data <file>', 'file to measure on, instead of the data set’s'),
    ...settings,
    option('--runs <n>', 'runs with consecutive seeds').argParser(wholeNumber(1)).default(1),
    option('-o, --output <folder>', 'write the fine-tuned model there'),
    option('--threads <n>', 'threads of one operation (default: one per core)').argParser(wholeNumber(1)),
    option('--save-every <minutes>', 'time between two saved states')
      .argParser(numberFrom(0, 1e6))
      .default(5),
    option('--random', 'random weights of that size instead of the published ones').default(false),
    option('--tokenizer <mode>', 'how GPT-1 splits text')
      .choices(['original', 'huggingface'])
      .default('original'),
    option('--fresh', 'forget what an earlier run has computed').default(false),
    option('--samples <file>', 'write one JSON line per measured example'),
  ];
  for (const one of all) command.addOption(one);
  return command;
}

/** The settings among the parsed flags. */
export function pickSettings(flags: Partial<FinetuneSettings>): FinetuneSettings {
  return Object.fromEntries(
    settingFlags.map(({ key, default: value }) => [key, flags[key] ?? value]),
  ) as unknown as FinetuneSettings;
}
