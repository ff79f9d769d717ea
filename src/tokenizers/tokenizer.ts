/** Text to token ids and back: the one interface behind which the tokenizers of both models stand. */
export interface Tokenizer {
  /** What it is, for results: `gpt2`, `gpt1-original`, `gpt1-huggingface`. */
  readonly name: string;
  /** Number of ids: every id that `encode` returns is below it. */
  readonly vocabSize: number;
  /** Id of `<|endoftext|>`; undefined for GPT-1, which has none. */
  readonly endOfText: number | undefined;
  /** sha256 (hex) over vocabulary, merges and mode: equal fingerprints give equal ids. */
  readonly fingerprint: string;
  /** Ids of plain text. Special tokens that occur in the text are text like any other. */
  encode(text: string): number[];
  /** Text of ids. For GPT-2 the inverse of `encode`; invalid UTF-8 becomes U+FFFD. Throws RangeError on an unknown id. */
  decode(ids: ArrayLike<number>): string;
}
