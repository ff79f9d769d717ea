/** Text to token ids and back: the one interface behind which the tokenizers of all models stand. */
export interface Tokenizer {
  /** What it is, for results: `gpt2`, `gpt1-original`, `gpt1-huggingface`, or `huggingface` for one with rules of its own. */
  readonly name: string;
  /** Number of ids: every id that `encode` returns is below it. Not all of them need to be in use. */
  readonly vocabSize: number;
  /** Token that stands before a text (`<|endoftext|>` of GPT-2); undefined where there is none, as in GPT-1. */
  readonly beginOfText: number | undefined;
  /** Tokens that end a text; empty where there is none. */
  readonly endOfText: readonly number[];
  /** What transformers' `tokenizer(text)` puts before a prompt; nothing is put before a text that is scored. */
  readonly promptStart: readonly number[];
  /** Whether a text can be cut where `lastWordEnd` says, without other ids: a long one can then be read piece by piece. */
  readonly isCuttable: boolean;
  /** sha256 (hex) over vocabulary, merges and rules: equal fingerprints give equal ids. */
  readonly fingerprint: string;
  /**
   * Ids of a text, none added to them. In the released tokenizers special tokens that occur in the text are text like any
   * other; in others, added tokens are one id each, as in Python. Throws UserError on a text that has no ids.
   */
  encode(text: string): number[];
  /** Text of ids. For GPT-2 the inverse of `encode`; invalid UTF-8 becomes U+FFFD. Throws RangeError on an unknown id. */
  decode(ids: ArrayLike<number>): string;
}
