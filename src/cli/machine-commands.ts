/** Commands about what there is, on the hub and on this machine. The work of each is imported only when it runs. */
import { Argument, type Command, Option } from 'commander';
import { type CommandKit, interruptible } from './command-kit.js';
import { headsOption, numberFrom, weightsDtypeOption, wholeNumber } from './options.js';

/** Adds them to the program. */
export function addMachineCommands(
  program: Command,
  { output, json, device, results, example, run }: CommandKit,
): void {
  example(
    program
      .command('tasks')
      .description('the benchmarks, where their data comes from, and what is on this machine')
      .argument('[name]', 'a task: how it is run and scored, its options, what the paper and others got')
      .option('--write <folder>', 'write the pages of all zero-shot tasks into a folder, as Markdown')
      .addOption(json())
      .action(async (name: string | undefined, flags) => {
        const [{ runTasks, printTaskPage, writeTaskPages }, { locateDataset }] = [
          await import('./tasks.js'),
          await import('./local-files.js'),
        ];
        const locate = (dataset: Parameters<typeof locateDataset>[0]) => locateDataset(dataset, process.env);
        if (flags.write !== undefined) await writeTaskPages(flags.write, output);
        else if (name !== undefined) await printTaskPage(name, flags, output, locate);
        else await runTasks(flags, output, locate);
      }),
    'gpt tasks',
    'gpt tasks wikitext2',
    'gpt tasks rte',
  );

  example(
    program
      .command('models')
      .description('the models of the papers and which of them are on this machine')
      .addOption(json())
      .action(async (flags) => {
        const [{ runModels }, { isModelCached }, { listCachedModels }] = [
          await import('./models.js'),
          await import('./local-files.js'),
          await import('../hub/cached-models.js'),
        ];
        const cached = await listCachedModels(process.env);
        await runModels(flags, output, (model) => isModelCached(model, process.env), cached);
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
      .command('verify')
      .description(
        'hold models against what others published: files, tokens, texts, losses, gradients, benchmarks',
      )
      .argument(
        '[model...]',
        'names, hub ids, folders or files (default: every published model on this machine)',
      )
      .option('--as <model>', 'whose published facts (default: by name, else by its sizes)')
      .option('--fetch', 'download what is not on this machine', false)
      .option('--ladder', 'go on with whole benchmarks, the cheapest first: minutes to hours', false)
      .addOption(headsOption())
      .addOption(weightsDtypeOption())
      .option('--threads <n>', 'threads of one operation (default: one per core)', wholeNumber(1))
      .addOption(results())
      .addOption(json())
      .action(async (models: string[], flags) => {
        const { runVerify } = await import('./verify.js');
        await interruptible(output, (context) => runVerify(models, flags, run, context));
      }),
    'gpt verify tiny',
    'gpt verify gpt2 --fetch   # downloads 548 MB, then takes a minute',
    'gpt verify gpt2 --ladder',
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
      .option(
        '--dataset <name>',
        'write a result: for Table 6 (ptb, wikitext2, enwik8, text8, wikitext103, 1bw, lambada, coqa, nq), or for Figure 5 (samples, held-out)',
      )
      .addOption(
        new Option(
          '--whose <whose>',
          'with --dataset: whose training text it is, the data set’s own or the small models’',
        )
          .choices(['own', 'family'])
          .default('own'),
      )
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runOverlap } = await import('./overlap.js');
        await interruptible(output, (context) => runOverlap(flags, context));
      }),
    'gpt overlap --test ptb.test.txt --train ptb.train.txt',
    'gpt overlap --dataset ptb --test ptb.test.txt --train ptb.train.txt   # and gpt table gpt2-table6',
    'gpt overlap --test lambada_test.jsonl --train books/ news.txt.gz --examples shared.jsonl',
  );

  example(
    program
      .command('export')
      .description('write a model as ONNX for other programs: graph, configuration, tokenizer')
      .argument('<model>', 'registered name, hub id, folder or file')
      .requiredOption('-o, --output <folder>', 'where to write it')
      .addOption(headsOption())
      .addOption(weightsDtypeOption())
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
      .addOption(headsOption())
      .addOption(weightsDtypeOption())
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
    'gpt bench --model gpt2 --random --dtype q8',
  );

  example(
    program
      .command('completion')
      .description('a script with which your shell completes commands, tasks, models and tables')
      .addArgument(new Argument('<shell>', 'your shell').choices(['bash', 'zsh', 'fish']))
      .action(async (shell: 'bash' | 'zsh' | 'fish') => {
        const { completionScript } = await import('./completion.js');
        output.out(await completionScript(shell, program));
      }),
    'source <(gpt completion bash)      # in ~/.bashrc; zsh: in ~/.zshrc after compinit',
    'gpt completion fish | source       # in ~/.config/fish/config.fish',
  );

  example(
    program
      .command('doctor')
      .description('explain this machine: versions, devices, caches, settings')
      .option('--free', 'delete from the own cache what can be computed again, such as random weights', false)
      .addOption(results())
      .addOption(json())
      .action(async (flags) => {
        const { runDoctor } = await import('./doctor.js');
        const context = { results: flags.results, env: process.env, nodeVersion: process.version };
        process.exitCode = await runDoctor(flags, output, context);
      }),
    'gpt doctor',
    'gpt doctor --free',
  );
}
