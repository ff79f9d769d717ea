/**
 * The options of tasks as flags of `gpt eval`: what each task lets one choose is in its declaration, and `gpt tasks` tells. They
 * stand here once more so that `gpt --help` need not load the tasks; a test holds both lists together.
 */
export const taskFlags: readonly { name: string; flag: string; describe: string }[] = [
  { name: 'split', flag: '--split <name>', describe: 'validation or test' },
  { name: 'form', flag: '--form <name>', describe: 'published form of the text: raw or unk' },
  { name: 'text', flag: '--text <form>', describe: 'raw or detokenized' },
  {
    name: 'documents',
    flag: '--documents <what>',
    describe: 'what is one text: an article, a sentence, or all',
  },
  {
    name: 'windows',
    flag: '--windows <scheme>',
    describe: 'how long texts are cut: rolling, disjoint or stride',
  },
  { name: 'stride', flag: '--stride <n>', describe: 'windows that begin so many tokens after each other' },
  {
    name: 'reading',
    flag: '--reading <whose>',
    describe: 'texts as they are (own), or as GPT-1 reads them (gpt1)',
  },
  { name: 'collection', flag: '--collection <n>', describe: '273 or 285 schemata' },
  { name: 'substitution', flag: '--substitution <how>', describe: 'how a candidate replaces the pronoun' },
  { name: 'history', flag: '--history <whose>', describe: 'earlier answers in a dialogue: gold or own' },
  { name: 'prompt', flag: '--prompt <form>', describe: 'form of the prompt' },
  { name: 'hint', flag: '--no-hint', describe: 'no TL;DR: behind the article' },
  { name: 'order', flag: '--order <which>', describe: 'shuffled, or as in the file' },
  { name: 'decoding', flag: '--decoding <how>', describe: 'how words are drawn: top-k or greedy' },
  { name: 'missing', flag: '--missing <what>', describe: 'what is missing: nouns or names' },
  {
    name: 'trained-on',
    flag: '--trained-on <answer>',
    describe: 'whether the model has read these texts: no or yes',
  },
  { name: 'shots', flag: '--shots <n>', describe: 'example pairs in the prompt' },
  { name: 'answer-end', flag: '--answer-end <where>', describe: 'where an answer ends: line or punctuation' },
];

/** The task options among the parsed flags, by name. */
export function pickTaskOptions(flags: Readonly<Record<string, unknown>>): Record<string, string> {
  const picked: Record<string, string> = {};
  for (const { name } of taskFlags) {
    const value = flags[camelCase(name)];
    // commander gives `--no-hint` as hint: false, and true where it was not given.
    if (value === false) picked[name] = 'no';
    else if (typeof value === 'string') picked[name] = value;
  }
  // A stride asks for the windows that have one.
  if (picked.stride !== undefined && picked.windows === undefined) picked.windows = 'stride';
  return picked;
}

/** `answer-end` as commander calls it: `answerEnd`. */
function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
