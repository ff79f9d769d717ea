/** Commands that put a model to work: measuring, training, writing. The work of each is imported only when it runs. */
import { type Command, Option } from 'commander';
import { type CommandKit, interruptible } from './command-kit.js';
import { addFinetuneFlags, pickSettings, pickTransferLayers } from './finetune-flags.js';
import { addGenerateFlags } from './generate-flags.js';
import {
  collect,
  commandLine,
  dtypeOption,
  headsOption,
  numberFrom,
  parseShard,
  wholeNumber,
} from './options.js';
import { addPretrainFlags } from './pretrain-flags.js';
import { addTaskFlags } from './task-flags.js';

/** Adds them to the program. */
export function addModelCommands(
  program: Command,
  { output, argv, json, device, results, example }: CommandKit,
): void {
  example(
    addTaskFlags(
      program.command('eval').description('run zero-shot benchmarks and print ours beside the paper’s'),
    )
      .argument('<task...>', 'tasks (see "gpt tasks")')
      .option(
        '-m, --model <model>',
        'registered name, hub id, folder or file, or "none" for baselines alone; may be given several times',
        collect,
      )
      .option('--data <path>', 'file or folder of the data set, or "sample" for the hand-written one')
      .option('--limit <n>', 'only the first n examples', wholeNumber(1))
      .option('--shard <i/n>', 'only part i of n; join the parts with "gpt merge"', parseShard)
      .addOption(device())
      .option('--batch-tokens <n>', 'positions in one batch', wholeNumber(1), 1024)
      .option('--threads <n>', 'threads of one operation (default: one per core)', wholeNumber(1))
      .option('--random', 'random weights of that size instead of the published ones', false)
      .option('--seed <n>', 'seed of random weights and of what is drawn at random', wholeNumber(0), 1)
      .addOption(
        new Option('--tokenizer <mode>', 'how GPT-1 splits text')
          .choices(['original', 'huggingface'])
          .default('original'),
      )
      .addOption(headsOption())
      .addOption(dtypeOption())
      .option('--fresh', 'forget what an earlier run has computed', false)
      .option('--dictionary <file>', 'word pairs for the word-by-word baseline of wmt14-en-fr or wmt14-fr-en')
      .option(
        '--predict <file>',
        'answers of a fine-tuned model on a test file, as the benchmark’s server takes them',
      )
      .option('--samples <file>', 'write one JSON line per example: prompt, reference, answer, scores')
      .option('--no-texts', 'leave prompts and references out of --samples: they are the data set’s')
      .addOption(results())
      .addOption(json())
      .action(async (names: string[], flags) => {
        const { findTasks, findTrainedTasks } = await import('../tasks/find.js');
        const [{ pickTaskOptions }, { readTaskResources }] = [
          await import('./task-flags.js'),
          await import('./inputs.js'),
        ];
        const { model, limit, shard, threads, ...rest } = flags;
        const trained = findTrainedTasks(names);
        const options = {
          ...rest,
          models: model ?? [],
          limit: limit ?? null,
          shard: shard ?? { index: 0, count: 1 },
          threads: threads ?? 0,
          command: commandLine(argv),
        };
        if ((flags.dtype ?? 'fp32') !== 'fp32' && (flags.predict !== undefined || trained !== undefined)) {
          const { UsageError } = await import('../errors.js');
          throw new UsageError(`--dtype ${flags.dtype}: a fine-tuned model is evaluated in fp32 only.`);
        }
        if (flags.predict !== undefined) {
          const { runPredict } = await import('./predict.js');
          await interruptible(output, (context) =>
            runPredict(trained ?? [], flags.predict, options, context),
          );
          return;
        }
        if (trained !== undefined) {
          const { runEvalFinetuned } = await import('./eval-finetuned.js');
          await interruptible(output, (context) => runEvalFinetuned(trained, options, context));
          return;
        }
        const [chosen, { runEval }] = [
          await findTasks(names, pickTaskOptions(flags), await readTaskResources(flags)),
          await import('./eval.js'),
        ];
        await interruptible(output, (context) => runEval(chosen, options, context));
      }),
    'gpt eval lambada --model gpt2',
    'gpt eval lambada --model gpt2 --model gpt2-medium --json > results.json',
    'gpt eval lambada --model ./my-checkpoint --data lambada_test.jsonl --limit 200',
    'gpt eval lambada --model gpt2 --random --data sample   # needs no download',
    'gpt eval rte --model ./rte-model   # a folder that "gpt finetune rte --output" wrote',
  );

  example(
    addGenerateFlags(
      program
        .command('generate')
        .description('let a model write: go on from a prompt, or from nothing')
        .argument('[prompt]', 'text to go on from; "-", or none: what is piped in, line breaks included'),
    )
      .addOption(device())
      .addOption(json())
      .action(async (prompt: string | undefined, flags) => {
        const { runGenerate } = await import('./generate.js');
        await interruptible(output, (context) => runGenerate(prompt, flags, context));
      }),
    'gpt generate "In a shocking finding,"',
    'gpt generate --model gpt2-medium --unconditional --samples 4 --seed 7',
    'gpt generate --prompt-file story.txt --max-tokens 100 --top-k 0 --top-p 0.9 --temperature 0.8',
    'printf "Q: Who wrote Hamlet?\\nA:" | gpt generate --greedy --stop "\\n" --json',
  );

  example(
    addPretrainFlags(
      program
        .command('pretrain')
        .description('train a GPT from scratch on your own text')
        .argument('<text...>', 'text files, files of rows with texts, and folders with .txt files'),
    )
      .addOption(json())
      .action(async (paths: string[], flags) => {
        const { runPretrain } = await import('./pretrain.js');
        const options = { ...flags, threads: flags.threads ?? 0 };
        await interruptible(output, (context) => runPretrain(paths, options, context));
      }),
    'gpt pretrain books/ --output my-model --minutes 30',
    'gpt pretrain books/ --hold-out emma.txt --layers 8 --width 384 --epochs 3 --output my-model',
    'gpt pretrain notes.txt --tokenizer gpt2 --config gpt2 --updates 1000 --batch 4 --output my-gpt2',
  );

  example(
    addFinetuneFlags(
      program
        .command('finetune')
        .description('train a model on a task as the GPT-1 paper does, and print ours beside the paper’s')
        .argument('<task...>', 'tasks (see "gpt tasks"), or glue, gpt1-paper, gpt1-ablations'),
    )
      .addOption(results())
      .addOption(json())
      .action(async (names: string[], flags) => {
        const { findFinetuneTasks } = await import('../tasks/find.js');
        const [chosen, { runFinetune }] = [findFinetuneTasks(names), await import('./finetune.js')];
        const options = {
          ...flags,
          given: pickSettings(flags),
          seeds: flags.seeds ?? [],
          transferLayers: pickTransferLayers(flags),
          threads: flags.threads ?? 0,
          command: commandLine(argv),
        };
        await interruptible(output, (context) => runFinetune(chosen, options, context));
      }),
    'gpt finetune rte',
    'gpt finetune rte --model gpt2 --seeds 1,2,3',
    'gpt finetune mnli --transfer-layers 0..12 --dry-run',
    'gpt finetune glue --with-scratch --hparams settings.json',
    'gpt finetune rte --model ./my-checkpoint --data sample --epochs 1 --output ./rte-model',
  );

  example(
    program
      .command('merge')
      .description(
        'join the journals of all shards of a run into one result, or fine-tuned runs with other seeds into their mean',
      )
      .argument('<file...>', 'journals, as "gpt eval --shard" names them; or results of gpt finetune')
      .option('--benchmark <file>', 'the benchmark file that the journals are of, if they are of one')
      .addOption(results())
      .addOption(json())
      .action(async (files: string[], flags) => {
        const { runMerge } = await import('./merge.js');
        await runMerge(files, { ...flags, command: commandLine(argv) }, output);
      }),
    'gpt eval lambada --shard 1/2 && gpt eval lambada --shard 2/2',
    'gpt merge results/journals/lambada--gpt2--*--shard*of2.jsonl',
    'gpt merge results/rte--gpt1*.json',
  );

  example(
    program
      .command('rescore')
      .description(
        'the numbers of a finished run without the examples that stand in a training text (GPT-2 paper, §4)',
      )
      .argument('<journal...>', 'the journal of a run, or those of all its shards')
      .requiredOption('--without <file>', 'what "gpt overlap --examples" wrote of the run’s data')
      .option('--benchmark <file>', 'the benchmark file that the journals are of, if they are of one')
      .option(
        '--above <percent>',
        'leave out examples of which more than this is in the training text',
        numberFrom(0, 100),
        0,
      )
      .addOption(json())
      .action(async (files: string[], flags) => {
        const { runRescore } = await import('./rescore.js');
        await runRescore(files, flags, output);
      }),
    'gpt overlap --test lambada_test.jsonl --train books/ --examples shared.jsonl',
    'gpt rescore results/journals/lambada--gpt2--*.jsonl --without shared.jsonl',
  );
}
