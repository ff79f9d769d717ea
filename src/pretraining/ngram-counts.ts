/**
 * Numbers for pairs (prefix, token): a hash table with open addressing in typed arrays, since the ten million different
 * n-grams of a few books would take gigabytes as objects.
 */
export class NgramCounts {
  /** Number of the (n−1)-gram that an n-gram starts with, by number of the n-gram. */
  prefix: Int32Array;
  /** Its last token. */
  token: Int32Array;
  /** How often it was counted. */
  count: Int32Array;
  /** How many n-grams there are; their numbers run from 0. */
  size = 0;
  /** Number of the n-gram in a slot, plus one; 0 where the slot is free. */
  #slots: Int32Array;

  constructor(expected = 1024) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, expected)));
    this.prefix = new Int32Array(capacity);
    this.token = new Int32Array(capacity);
    this.count = new Int32Array(capacity);
    this.#slots = new Int32Array(2 * capacity);
  }

  /** The number of an n-gram, or −1 when it never occurred. */
  find(prefix: number, token: number): number {
    return this.#slots[this.#slotOf(prefix, token)]! - 1;
  }

  /** The number of an n-gram, a new one (with count 0) when it is met for the first time. */
  findOrAdd(prefix: number, token: number): number {
    let slot = this.#slotOf(prefix, token);
    if (this.#slots[slot] !== 0) return this.#slots[slot]! - 1;
    if (this.size === this.prefix.length) {
      this.#grow();
      slot = this.#slotOf(prefix, token);
    }
    this.prefix[this.size] = prefix;
    this.token[this.size] = token;
    this.#slots[slot] = ++this.size;
    return this.size - 1;
  }

  #slotOf(prefix: number, token: number): number {
    const mask = this.#slots.length - 1;
    let hash = Math.imul(prefix, 0x9e3779b1) ^ Math.imul(token, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & mask;
    for (let found = this.#slots[slot]!; found !== 0; found = this.#slots[slot]!) {
      if (this.prefix[found - 1] === prefix && this.token[found - 1] === token) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const larger = (old: Int32Array) => {
      const grown = new Int32Array(2 * old.length);
      grown.set(old);
      return grown;
    };
    this.prefix = larger(this.prefix);
    this.token = larger(this.token);
    this.count = larger(this.count);
    this.#slots = new Int32Array(2 * this.prefix.length);
    for (let number = 0; number < this.size; number++) {
      this.#slots[this.#slotOf(this.prefix[number]!, this.token[number]!)] = number + 1;
    }
  }
}
