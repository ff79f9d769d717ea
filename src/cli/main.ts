/**
 * The command line: which commands there are, their flags, and what becomes of an error. The work of each command is
 * imported only when it runs, so that `gpt --help` is instant.
 */
import { Command, CommanderError, Option } from 'commander';
import { UserError } from '../errors.js';
import { deviceNames } from '../runtime/devices.js';
import type { CommandContext } from './context.js';
import { toolVersion } from './environment.js';
import { addFinetuneFlags, pickSettings, pickTransferLayers } from './finetune-flags.js';
import { addGenerateFlags } from './generate-flags.js';
import { collect, commandLine, numberFrom, parseShard, wholeNumber } from './options.js';
import { type Output, processOutput } from './output.js';
import { addPretrainFlags } from './pretrain-flags.js';
import { addTaskFlags } from './task-flags.js';

/** Runs the command line and sets the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function runMain(argv: string[]): Promise<void> {
  // Whoever reads our output may stop early (`gpt table | head`): that is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const output = processOutput(process);
  try {
    await createProgram(output, argv).parseAsync(argv);
  } catch (error) {
    process.exitCode = reportError(error, output);
  }
}

/** Prints an error the way its kind wants and returns the exit code. A bug shows its stack. */
export function reportError(error: unknown, output: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it already
  if (error instanceof UserError) {
    output.err(`${error.exitCode === 130 ? '' : 'error: '}${error.message}`);
    if (error.hint !== undefined) output.err(error.hint);
    return error.exitCode;
  }
  output.err(`This is a bug in gpt ${toolVersion()}, please report it:`);
  output.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/** The program with all its commands. */
export function createProgram(output: Output, argv: readonly string[]): Command {
  const program = new Command('gpt')
    .description(
      'Re-runs the experiments of the GPT-1 and GPT-2 papers and prints the numbers beside the published ones.',
    )
    .version(toolVersion())
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError();
  const json = () => new Option('--json', 'print JSON instead of tables').default(false);
  const device = () =>
    new Option('--device <device>', 'where to compute').choices([...deviceNames]).default('cpu');
  const results = () => new Option('--results <folder>', 'folder of result files').default('results');
  const example = (command: Command, ...lines: string[]) =>
    command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`);

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
      .option('--fresh', 'forget what an earlier run has computed', false)
      .option('--dictionary <file>', 'word pairs for the word-by-word baseline of wmt14-en-fr or wmt14-fr-en')
      .option('--samples <file>', 'write one JSON line per example')
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
        if (trained !== undefined) {
          const { runEvalFinetuned } = await import('./eval-finetuned.js');
          await interruptible(output, (context) => runEvalFinetuned(trained, options, context));
          return;
        }
        const [chosen, { runEval }] = [
          findTasks(names, pickTaskOptions(flags), await readTaskResources(flags)),
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
        .argument('<text...>', 'text files, and folders with .txt files'),
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
      .description('join the journals of all shards of a run into one result')
      .argument('<journal...>', 'journals, as "gpt eval --shard" names them')
      .addOption(results())
      .addOption(json())
      .action(async (files: string[], flags) => {
        const { runMerge } = await import('./merge.js');
        await runMerge(files, { ...flags, command: commandLine(argv) }, output);
      }),
    'gpt eval lambada --shard 1/2 && gpt eval lambada --shard 2/2',
    'gpt merge results/journals/lambada--gpt2--*--shard*of2.jsonl',
  );

  example(
    program
      .command('table')
      .description('a table of the papers with our numbers in it')
      .argument('[id]', 'which one; without it they are listed')
      .addOption(
        new Option('--format <format>', 'how to print it')
          .choices(['terminal', 'markdown', 'csv', 'json', 'latex'])
          .default('terminal'),
      )
      .option('--check <file>', 'compare a committed copy (.md, .csv, .json) instead of printing')
      .addOption(results())
      .addOption(json())
      .action(async (id: string | undefined, flags) => {
        const { runTable } = await import('./table.js');
        await runTable(id, flags, output);
      }),
    'gpt table gpt2-table3',
    'gpt table gpt2-table3 --format markdown > table3.md',
    'gpt table reproduction   # every published number and ours',
    'gpt table gpt2-table3 --check table3.md',
  );

  example(
    program
      .command('results')
      .description('the results so far; are the pages about them, and they themselves, still what comes out?')
      .option('--recompute <folder>', 'compute all results anew there, as far as models and data are here')
      .option('--take <folder>', 'take over the results of a folder that are new or differ')
      .option(
        '--write',
        'write README.md and numbers.csv of the results, and their section of README.md',
        false,
      )
      .option('--check', 'fail where these do not follow from the results', false)
      .option('--against <folder>', 'with --check: fail where fresh results differ by more than rounding')
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runResults } = await import('./results.js');
        // A command that is run by this one says what it does on stderr; stdout is for the differences.
        const quiet = { ...output, out: () => {}, write: () => {} };
        const run = async (words: readonly string[]) => {
          const line = ['node', 'gpt', ...words];
          await createProgram(quiet, line).parseAsync(line);
        };
        await runResults(flags, { output, env: process.env, run });
      }),
    'gpt results',
    'gpt results --write',
    'gpt results --recompute .gpt/fresh --check',
    'gpt results --check --against .gpt/fresh',
    'gpt results --take .gpt/fresh --write',
  );

  example(
    program
      .command('figure')
      .description('a figure of the papers with our points in it, or the losses of a training run')
      .argument('[id]', 'which one, or a journal of training; without it they are listed')
      .option('-o, --output <file>', 'write it as .svg or .png instead of drawing it in the terminal')
      .addOption(results())
      .addOption(json())
      .action(async (id: string | undefined, flags) => {
        const { runFigure } = await import('./figure.js');
        await runFigure(id, flags, output);
      }),
    'gpt figure gpt2-figure1',
    'gpt figure gpt2-figure3 --output winograd.svg',
    'gpt figure my-model/training/log.jsonl --output losses.png',
  );

  example(
    program
      .command('report')
      .description('everything about the results as one page for a browser: tables, figures, every example')
      .option('-o, --output <folder>', 'where to write index.html', 'report')
      .option(
        '--samples <file...>',
        'examples of these files too, as --samples of eval and finetune writes them',
      )
      .option('--examples <n>', 'most examples of one run', wholeNumber(1), 2000)
      .option('--no-examples', 'numbers only: nothing that a data set or a model says')
      .option('--open', 'show it when it is written', false)
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runReport } = await import('./report.js');
        await runReport(flags, output);
      }),
    'gpt report --open',
    'gpt report --output public --no-examples',
    'gpt report --samples answers.jsonl --examples 500',
  );

  example(
    program
      .command('compare')
      .description(
        'two models or more side by side: network, training, tokens, results, texts; fetches nothing',
      )
      .argument('[model...]', 'registered names, folders or files (default: gpt1 gpt2)')
      .option('--text <text>', 'the sentence that the tokenizers cut')
      .option('--prompt <text>', 'let the models that are on this machine go on from it, with the same seed')
      .option('--max-tokens <n>', 'most tokens of a text', wholeNumber(1), 60)
      .option('--seed <n>', 'seed of what is drawn at random', wholeNumber(0), 1)
      .option('--threads <n>', 'threads of one operation (default: one per core)', wholeNumber(1))
      .addOption(
        new Option('--format <format>', 'how to print it')
          .choices(['terminal', 'markdown', 'json'])
          .default('terminal'),
      )
      .addOption(results())
      .addOption(json())
      .action(async (models: string[], flags) => {
        const { runCompare } = await import('./compare.js');
        await interruptible(output, (context) => runCompare(models, flags, context));
      }),
    'gpt compare',
    'gpt compare tiny gpt2 --text "An unbelievable story" --prompt "It was late when"',
    'gpt compare gpt1 gpt2-xl --format markdown > compare.md',
  );

  example(
    program
      .command('tasks')
      .description('the benchmarks, where their data comes from, and what is on this machine')
      .argument('[name]', 'a zero-shot task: how it is run and scored, its options, what others got')
      .option('--write <folder>', 'write the pages of all zero-shot tasks into a folder, as Markdown')
      .addOption(json())
      .action(async (name: string | undefined, flags) => {
        const [{ runTasks, printTaskPage, writeTaskPages }, { locateDataset }] = [
          await import('./tasks.js'),
          await import('./local-files.js'),
        ];
        if (flags.write !== undefined) await writeTaskPages(flags.write, output);
        else if (name !== undefined) await printTaskPage(name, output);
        else await runTasks(flags, output, (dataset) => locateDataset(dataset, process.env));
      }),
    'gpt tasks',
    'gpt tasks wikitext2',
  );

  example(
    program
      .command('models')
      .description('the models of the papers and which of them are on this machine')
      .addOption(json())
      .action(async (flags) => {
        const [{ runModels }, { isModelCached }] = [
          await import('./models.js'),
          await import('./local-files.js'),
        ];
        await runModels(flags, output, (model) => isModelCached(model, process.env));
      }),
    'gpt models',
    'gpt models --json',
  );

  example(
    program
      .command('download')
      .description('fetch models and data into the cache that all Hugging Face tools share')
      .argument('<name...>', 'models or tasks')
      .option('--refresh', 'ask for a newer version of what is already there', false)
      .addOption(json())
      .action(async (names: string[], flags) => {
        const { runDownload } = await import('./download.js');
        await interruptible(output, (context) => runDownload(names, flags, context));
      }),
    'gpt download gpt2 lambada',
    'HF_ENDPOINT=https://mirror.example gpt download gpt2-medium',
  );

  example(
    program
      .command('overlap')
      .description('how much of a test set stands word for word in a training set (GPT-2 paper, Table 6)')
      .requiredOption('--test <path...>', 'text files, and folders with such files')
      .requiredOption('--train <path...>', 'text files, and folders with such files')
      .option('--n <words>', 'words of an n-gram', wholeNumber(1, 100), 8)
      .option(
        '--false-positive-rate <rate>',
        'most that the filter may err for one n-gram; smaller takes more memory',
        numberFrom(1e-10, 0.1),
        1e-8,
      )
      .option('--exact', 'keep the n-grams themselves instead of a filter; for small texts', false)
      .option('--lines', 'each line of a text file is a document of its own', false)
      .option('--key <name>', 'key of the text in .jsonl files', 'text')
      .option('--examples <file>', 'write one JSON line per test document that overlaps, the worst first')
      .addOption(json())
      .action(async (flags) => {
        const { runOverlap } = await import('./overlap.js');
        await interruptible(output, (context) => runOverlap(flags, context));
      }),
    'gpt overlap --test ptb.test.txt --train ptb.train.txt',
    'gpt overlap --test lambada_test.jsonl --train books/ news.txt.gz --examples shared.jsonl',
  );

  example(
    program
      .command('export')
      .description('write a model as ONNX for other programs: graph, configuration, tokenizer')
      .argument('<model>', 'registered name, hub id, folder or file')
      .requiredOption('-o, --output <folder>', 'where to write it')
      .option('--force', 'replace an earlier export', false)
      .addOption(json())
      .action(async (model: string, flags) => {
        const { runExport } = await import('./export.js');
        await interruptible(output, (context) => runExport({ ...flags, model }, context));
      }),
    'gpt export gpt2 --output gpt2-onnx',
    'gpt export ./my-checkpoint --output my-onnx --force',
  );

  example(
    program
      .command('bench')
      .description('how close to this machine’s peak scoring comes')
      .option('-m, --model <model>', 'registered name, hub id, folder or file', 'gpt2')
      .option('--random', 'random weights of that size: same speed, no download', false)
      .addOption(device())
      .option('--threads <n>', 'threads of one operation (default: one per core)', wholeNumber(1), 0)
      .option('--repeat <n>', 'measured runs of each case', wholeNumber(1), 5)
      .option('--train', 'measure training instead of scoring', false)
      .option('--generate', 'measure writing instead of scoring', false)
      .addOption(json())
      .action(async (flags) => {
        const { runBench } = await import('./bench.js');
        await interruptible(output, (context) => runBench(flags, context));
      }),
    'gpt bench --model gpt2 --random',
    'gpt bench --model gpt2-medium --random --threads 4 --json',
    'gpt bench --model gpt1 --random --train',
    'gpt bench --model gpt2 --random --generate',
  );

  example(
    program
      .command('doctor')
      .description('explain this machine: versions, devices, caches, settings')
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runDoctor } = await import('./doctor.js');
        const context = { results: flags.results, env: process.env, nodeVersion: process.version };
        process.exitCode = await runDoctor(flags, output, context);
      }),
    'gpt doctor',
  );
  return program;
}

/** Runs a long command with a progress line; Ctrl-C lets it stop where nothing is lost. */
async function interruptible(
  output: Output,
  work: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const [{ listenForInterrupt }, { startProgress }] = [
    await import('./interrupt.js'),
    await import('./progress.js'),
  ];
  const line = await startProgress();
  const { signal, dispose } = listenForInterrupt(() =>
    line.note('Stopping after what is under way; Ctrl-C again stops at once.'),
  );
  try {
    await work({ output, line, signal, env: process.env });
  } finally {
    line.clear();
    dispose();
  }
}
