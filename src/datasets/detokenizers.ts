/**
 * Undoing what was done to the words of published benchmark texts: ` , ` back to `, `, ` @-@ ` back to `-`.
 *
 * The GPT-2 paper (§3.1) uses "invertible de-tokenizers" worth 2.5 to 5 points of perplexity and publishes none. These are the
 * sets of rules that others wrote and measured with. None can be inverted (`N` becomes 1). That matters for honesty only: the
 * probability is that of the text after the rules, and it is divided by the units of the text before them.
 *
 * The order of the rows is part of each set, and so are their faults: a rule that was mended would give other numbers than the
 * ones people compare with.
 */

/** One replacement, made everywhere in the text from left to right, in a single pass. */
export interface Rule {
  find: string | RegExp;
  /** `$1` stands for the first group where `find` is a pattern; taken as it is where `find` is a text. */
  replace: string;
  /** What it is for. */
  why: string;
}

/** The text after all rules, one after the other. */
export function detokenize(text: string, rules: readonly Rule[]): string {
  return rules.reduce((current, { find, replace }) => {
    // A function: in a replacement text, `$` would be a sign of its own.
    if (typeof find === 'string') return current.replaceAll(find, () => replace);
    return current.replace(find, replace);
  }, text);
}

/**
 * WikiText: NVIDIA/Megatron-LM tasks/zeroshot_gpt/detokenizer.py, the same in lm-evaluation-harness
 * tasks/wikitext/preprocess_wikitext.py. Both have one more rule, for `' 90s`, which asks for a literal slash and so never
 * fires; it is left out. The pairs may span lines.
 */
export const wikitextRules: readonly Rule[] = [
  {
    find: "s '",
    replace: "s'",
    why: 'possessive of a plural; also swallows the space before an opening quote',
  },
  { find: ' @-@ ', replace: '-', why: 'hyphen within a word' },
  { find: ' @,@ ', replace: ',', why: 'comma within a number' },
  { find: ' @.@ ', replace: '.', why: 'point within a number' },
  { find: ' : ', replace: ': ', why: 'no space before a colon' },
  { find: ' ; ', replace: '; ', why: 'nor a semicolon' },
  { find: ' . ', replace: '. ', why: 'nor a full stop' },
  { find: ' ! ', replace: '! ', why: 'nor an exclamation mark' },
  { find: ' ? ', replace: '? ', why: 'nor a question mark' },
  { find: ' , ', replace: ', ', why: 'nor a comma' },
  { find: /\(\s*([^)]*?)\s*\)/g, replace: '($1)', why: 'no space inside round brackets' },
  { find: /\[\s*([^\]]*?)\s*\]/g, replace: '[$1]', why: 'nor square ones' },
  { find: /\{\s*([^}]*?)\s*\}/g, replace: '{$1}', why: 'nor braces' },
  { find: /"\s*([^"]*?)\s*"/g, replace: '"$1"', why: 'nor double quotes' },
  { find: /'\s*([^']*?)\s*'/g, replace: "'$1'", why: 'nor single quotes, which apostrophes are taken for' },
  { find: '= = = =', replace: '====', why: 'heading of the fourth level' },
  { find: '= = =', replace: '===', why: 'of the third' },
  { find: '= =', replace: '==', why: 'of the second' },
  { find: ' ° ', replace: '°', why: 'degree sign' },
  { find: ' \n', replace: '\n', why: 'the space that ends each line of the file' },
  { find: '\n ', replace: '\n', why: 'the space that begins it' },
  { find: ' N ', replace: ' 1 ', why: 'a number, in Penn Treebank; here any lone N' },
  { find: " 's", replace: "'s", why: 'possessive' },
];

/**
 * Penn Treebank, NVIDIA/Megatron-LM tasks/zeroshot_gpt/detokenizer.py. Keeps `<unk>`. `N` becomes 1 and loses its space to the
 * word before (`rose N points`: `rose1 points`), so that the two rules for `$` and `#` hardly ever fire.
 */
export const ptbMegatronRules: readonly Rule[] = [
  { find: " '", replace: "'", why: "possessive and 'll, 've, 're" },
  { find: ' \n', replace: '\n', why: 'the space that ends each line of the file' },
  { find: '\n ', replace: '\n', why: 'the space that begins it' },
  { find: " n't", replace: "n't", why: 'negation' },
  { find: ' N ', replace: '1 ', why: 'a number' },
  { find: '$ 1', replace: '$1', why: 'amount of dollars' },
  { find: '# 1', replace: '#1', why: 'amount of pounds' },
];

/**
 * Penn Treebank, the code bases of diffusion language models (louaaron/Score-Entropy-Discrete-Diffusion data.py). `<unk>`
 * becomes a question mark, which makes the test file 9,500 tokens shorter than Megatron's rules.
 */
export const ptbDiffusionRules: readonly Rule[] = [
  { find: " 's", replace: "'s", why: 'possessive' },
  { find: "s ' ", replace: "s' ", why: 'possessive of a plural' },
  { find: " n't", replace: "n't", why: 'negation' },
  { find: ' \n ', replace: '\n', why: 'the spaces around a line end' },
  { find: '\\/', replace: '/', why: 'escaped slash' },
  { find: / N(?= )/g, replace: ' 1', why: 'a number; looks ahead, so that of two neighbours both are found' },
  { find: '$ 1', replace: '$1', why: 'amount of dollars' },
  { find: '# 1', replace: '#1', why: 'amount of pounds' },
  { find: '<unk>', replace: '?', why: 'word outside the vocabulary' },
];

/** A letter, digit or underscore of any script, as in Python's `\w`. */
const word = '[\\p{L}\\p{N}_]';

/** One Billion Word, the code bases of diffusion language models; for one sentence without its line end. */
export const oneBillionWordsRules: readonly Rule[] = [
  { find: 'http : / / ', replace: 'http://', why: 'address' },
  { find: 'https : / / ', replace: 'https://', why: 'address' },
  { find: new RegExp(` '(${word}+)`, 'gu'), replace: "'$1", why: 'possessive and contractions' },
  { find: new RegExp(` (${word}+) \\. `, 'gu'), replace: ' $1. ', why: 'no space before a full stop' },
  { find: new RegExp(` (${word}+) \\.$`, 'gu'), replace: ' $1.', why: 'nor before the last one' },
  { find: ' ? ', replace: '? ', why: 'nor a question mark' },
  { find: / \?$/g, replace: '?', why: 'nor the last one' },
  { find: ' ! ', replace: '! ', why: 'nor an exclamation mark' },
  { find: / !$/g, replace: '!', why: 'nor the last one' },
  { find: ' , ', replace: ', ', why: 'nor a comma' },
  { find: ' : ', replace: ': ', why: 'nor a colon' },
  { find: ' ; ', replace: '; ', why: 'nor a semicolon' },
  { find: ' / ', replace: '/', why: 'slash between words' },
  { find: /" ([^"]+) "/g, replace: '"$1"', why: 'no space inside double quotes' },
  { find: /' ([^']+) '/g, replace: "'$1'", why: 'nor single ones' },
  { find: /\( ([^()]+) \)/g, replace: '($1)', why: 'nor round brackets' },
  { find: /\[ ([^[\]]+) \]/g, replace: '[$1]', why: 'nor square ones' },
  { find: '$ ', replace: '$', why: 'amount of dollars' },
  { find: '£ ', replace: '£', why: 'amount of pounds' },
];
