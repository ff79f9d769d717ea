/** Commands that show what was measured beside what the papers printed. The work of each is imported only when it runs. */
import { Argument, type Command, Option } from 'commander';
import { type CommandKit, interruptible } from './command-kit.js';
import { headsOption, numberFrom, wholeNumber } from './options.js';

/** Adds them to the program. */
export function addResultCommands(
  program: Command,
  { output, json, results, example, run }: CommandKit,
): void {
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
      .option(
        '--others',
        'what others measured with the same models too, each with its setting and source',
        false,
      )
      .addOption(results())
      .addOption(json())
      .action(async (id: string | undefined, flags) => {
        const { runTable } = await import('./table.js');
        await runTable(id, flags, output);
      }),
    'gpt table gpt2-table3',
    'gpt table gpt2-table3 --format markdown > table3.md',
    'gpt table reproduction   # every published number and ours',
    'gpt table gpt2-table3 --others   # with what others measured',
    'gpt table gpt2-table3 --check table3.md',
  );

  example(
    program
      .command('results')
      .description('the results so far; are the pages about them, and they themselves, still what comes out?')
      .option('--recompute <folder>', 'compute all results anew there, as far as models and data are here')
      .addOption(
        new Option(
          '--longest <minutes>',
          'with --recompute: leave out what took longer when it was made',
        ).argParser(numberFrom(0, 100_000)),
      )
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
        await runResults(flags, { output, env: process.env, run: run });
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
      .option('--training <path...>', 'losses of these runs too: folders of pretrain, journals of finetune')
      .option('--examples <n>', 'most examples of one run', wholeNumber(1), 2000)
      .option('--no-examples', 'numbers only: nothing that a data set or a model says')
      .option('--prompts', 'what was asked in each example too, read again from data on this machine', false)
      .option('--open', 'show it when it is written', false)
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runReport } = await import('./report.js');
        await runReport(flags, output);
      }),
    'gpt report --open',
    'gpt report --output public --no-examples',
    'gpt report --samples answers.jsonl --training my-model --examples 500',
  );

  example(
    program
      .command('claims')
      .description('what the papers claim, and whether it holds: by their own numbers and by ours')
      .argument('[id...]', 'which ones (default: all)')
      .addOption(
        new Option('--format <format>', 'how to print it')
          .choices(['terminal', 'markdown', 'json'])
          .default('terminal'),
      )
      .addOption(results())
      .addOption(json())
      .action(async (ids: string[], flags) => {
        const { runClaims } = await import('./claims.js');
        await runClaims(ids, flags, output);
      }),
    'gpt claims',
    'gpt claims pretraining lstm',
    'gpt claims --format markdown > claims.md',
  );

  example(
    program
      .command('reproduce')
      .description('run every experiment of both papers with a family of small models')
      .addArgument(new Argument('<plan>', 'which plan').choices(['mini']))
      .option('--only <name...>', 'what is for these tables, figures or claims, or of these tasks or models')
      .option('--quick', 'the smallest models on the samples: minutes, without data or network', false)
      .option('--dry-run', 'only say what there is to do, and how long it would take here', false)
      .addOption(
        new Option('--data-dir <folder>', 'folder of the real files; without it the samples').env(
          'GPT_DATA_DIR',
        ),
      )
      .option('--folder <folder>', 'what it makes beside results, and how far it came', '.gpt/mini')
      .option('--threads <n>', 'threads of one operation (default: one per core)', wholeNumber(1))
      .option('--fresh', 'begin anew: forget what an earlier run has computed', false)
      .addOption(results())
      .addOption(json())
      .action(async (_plan: string, flags) => {
        const { runReproduce } = await import('./reproduce.js');
        // The commands that it runs look there as well.
        if (flags.dataDir !== undefined) process.env.GPT_DATA_DIR = flags.dataDir;
        const options = { ...flags, only: flags.only ?? [], threads: flags.threads ?? 0 };
        await interruptible(output, (context) => runReproduce(options, run, context));
      }),
    'gpt reproduce mini --dry-run',
    'gpt reproduce mini --quick',
    'gpt reproduce mini --only gpt2-table3 --data-dir data',
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
      .addOption(headsOption())
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
}
