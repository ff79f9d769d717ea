/** Writing texts with a model: what is asked, what comes back, and when a text ends. */
import { checkSampling, type Sampling } from './sampling.js';
import type { DrawnToken, TokenSource } from './token-source.js';

/** A text to be written. */
export interface GenerationRequest {
  /** What it begins with: at least one token, at most nCtx. */
  ids: readonly number[];
  /** Most tokens to add. */
  maxTokens: number;
  sampling: Sampling;
  /** Equal seeds give equal texts, alone or in a batch. An integer from 0 to 2^53 − 1. */
  seed: number;
  /** Asked after each token (and its `onToken`) with all that were added so far; true ends the text. */
  isDone?(tokens: readonly number[]): boolean;
  /** Tokens that end the text and do not belong to it. */
  endOfText?: readonly number[];
}

/** What was written. */
export interface GenerationResult {
  /** The tokens that were added. */
  tokens: number[];
  /** log p of each of them, nats, before temperature and cuts. */
  logProbs: number[];
  /** `done`: isDone said so. `length`: maxTokens. `context`: prompt and tokens fill the model's positions. */
  ended: 'done' | 'end-of-text' | 'length' | 'context';
}

/** How a generation is watched and stopped. */
export interface GenerateOptions {
  /** Stops between two tokens. */
  signal?: AbortSignal;
  /** Called with each token as it comes: of the request of that number. Not with end-of-text. */
  onToken?(request: number, token: number, logProb: number): void;
}

/**
 * Writes all texts as one batch; one that ends leaves it. Total length is at most nCtx, as in the release. Throws RangeError on a
 * request that cannot be, and the signal's reason when it is aborted.
 */
export async function generateTexts(
  source: TokenSource,
  nCtx: number,
  requests: readonly GenerationRequest[],
  { signal, onToken }: GenerateOptions = {},
): Promise<GenerationResult[]> {
  for (const request of requests) checkRequest(request, nCtx);
  const texts = requests.map((request) => new Text(request, nCtx));
  // A text that may have no token at all is not begun.
  const begun = texts.flatMap((text, index) => (text.ended === undefined ? [index] : []));
  const places = Math.max(...begun.map((index) => texts[index]!.longest), 0);
  signal?.throwIfAborted();
  let drawn: DrawnToken[] =
    begun.length === 0
      ? []
      : await source.begin(
          begun.map((index) => {
            // Only what can go to another thread.
            const { ids, sampling, seed } = requests[index]!;
            return { ids, sampling, seed };
          }),
          places,
        );
  let open = begun.length;
  while (open > 0) {
    const ended: number[] = [];
    for (const { text: place, token, logProb } of drawn) {
      const index = begun[place]!;
      const text = texts[index]!;
      if (text.add(token, logProb)) {
        onToken?.(index, token, logProb);
        text.askIfDone();
      }
      if (text.ended !== undefined) ended.push(place);
    }
    open -= ended.length;
    signal?.throwIfAborted();
    if (open > 0) drawn = await source.next(ended);
  }
  return texts.map(({ tokens, logProbs, ended }) => ({ tokens, logProbs, ended: ended! }));
}

function checkRequest({ ids, maxTokens, sampling, seed }: GenerationRequest, nCtx: number): void {
  if (ids.length < 1 || ids.length > nCtx)
    throw new RangeError(`a prompt of ${ids.length} tokens for a context of ${nCtx}`);
  if (!Number.isInteger(maxTokens) || maxTokens < 0) throw new RangeError(`maxTokens ${maxTokens}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed ${seed}`);
  checkSampling(sampling);
}

/** A text while it grows. */
class Text implements Omit<GenerationResult, 'ended'> {
  readonly tokens: number[] = [];
  readonly logProbs: number[] = [];
  ended: GenerationResult['ended'] | undefined;
  /** Tokens of prompt and answer at most. */
  readonly longest: number;
  readonly #request: GenerationRequest;

  constructor(request: GenerationRequest, nCtx: number) {
    this.#request = request;
    this.longest = Math.min(request.ids.length + request.maxTokens, nCtx);
    this.#checkLength();
  }

  /** Whether the token belongs to the text. */
  add(token: number, logProb: number): boolean {
    if (this.#request.endOfText?.includes(token)) {
      this.ended = 'end-of-text';
      return false;
    }
    this.tokens.push(token);
    this.logProbs.push(logProb);
    this.#checkLength();
    return true;
  }

  askIfDone(): void {
    if (this.#request.isDone?.(this.tokens)) this.ended = 'done';
  }

  #checkLength(): void {
    const { ids, maxTokens } = this.#request;
    if (this.tokens.length >= maxTokens) this.ended = 'length';
    else if (ids.length + this.tokens.length >= this.longest) this.ended = 'context';
  }
}
