/** Prints texts in order, the first open one as it comes, those behind it when it has ended. */
export class SamplePrinter {
  readonly #write: (text: string) => void;
  readonly #samples: number;
  readonly #pieces: string[] = [];
  readonly #ended = new Set<number>();
  #current = -1;
  #last = '\n';

  /** `write` gets the pieces; a line with its number stands before each of several samples. */
  constructor(write: (text: string) => void, samples: number) {
    this.#write = write;
    this.#samples = samples;
    this.#next();
  }

  /** A piece of the sample of that number, from 0. */
  add(sample: number, piece: string): void {
    if (sample === this.#current) this.#print(piece);
    else this.#pieces[sample] = (this.#pieces[sample] ?? '') + piece;
  }

  /** That sample has ended. */
  end(sample: number): void {
    this.#ended.add(sample);
    while (this.#ended.has(this.#current)) this.#next();
  }

  /** Ends the last line, also of a text that was interrupted. */
  close(): void {
    if (this.#last !== '\n') this.#print('\n');
  }

  #next(): void {
    this.close();
    this.#current++;
    if (this.#current >= this.#samples) return;
    // The release's own line between samples.
    if (this.#samples > 1) this.#print(`${'='.repeat(40)} SAMPLE ${this.#current + 1} ${'='.repeat(40)}\n`);
    this.#print(this.#pieces[this.#current] ?? '');
  }

  #print(text: string): void {
    if (text === '') return;
    this.#write(text);
    this.#last = text.at(-1)!;
  }
}
