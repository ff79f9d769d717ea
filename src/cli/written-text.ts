import { createTextStream, type TextStream } from '../tokenizers/text-stream.js';
import type { Tokenizer } from '../tokenizers/tokenizer.js';

/** A text as a model writes it: given out in pieces as soon as it is sure that they come before any stop. */
export class WrittenText {
  /** What was given out so far. */
  text = '';
  /** Whether a stop has come: nothing is added any more. */
  isStopped = false;
  /** Whole characters that may be the beginning of a stop. */
  #held = '';
  readonly #stream: TextStream;
  readonly #stops: readonly string[];
  readonly #give: (piece: string) => void;

  /** `before`: tokens of the prompt. `stops`: texts before which it ends; none of them is empty. */
  constructor(
    tokenizer: Tokenizer,
    before: readonly number[],
    stops: readonly string[],
    give: (piece: string) => void,
  ) {
    this.#stream = createTextStream(tokenizer, before);
    this.#stops = stops;
    this.#give = give;
  }

  add(token: number): void {
    this.#take(this.#stream.push(token));
  }

  /** The end of the text, after which nothing is held back. */
  finish(): void {
    this.#take(this.#stream.finish());
    if (!this.isStopped) this.#giveOut(this.#held);
  }

  #take(piece: string): void {
    if (this.isStopped) return;
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
    this.isStopped = found.length > 0;
    const end = this.isStopped ? Math.min(...found) : text.length - heldBack(text, this.#stops);
    this.#held = this.isStopped ? '' : text.slice(end);
    this.#giveOut(text.slice(0, end));
  }

  #giveOut(piece: string): void {
    if (piece === '') return;
    this.text += piece;
    this.#give(piece);
  }
}

/** How many characters at the end of the text may be the beginning of a stop. */
function heldBack(text: string, stops: readonly string[]): number {
  let most = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > most; length--) {
      if (text.endsWith(stop.slice(0, length))) most = length;
    }
  }
  return most;
}
