/**
 * Chance that can be repeated: the same numbers give the same draws on every machine. A small
 * generator (mulberry32) behind a hash of the seed; for play only, it keeps no secret.
 */
export class Chance {
  #state: number;

  constructor(...seed: readonly number[]) {
    this.#state = seed.reduce((hash, part) => {
      const mixed = Math.imul(hash ^ part, 0x85ebca6b);
      return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ (mixed >>> 16);
    }, 0x9e3779b9);
  }

  /** A whole number from 0, below `end`. */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  pick<T>(items: readonly T[]): T {
    const item = items.at(this.below(items.length));
    if (item === undefined) throw new Error("there is nothing to pick from");
    return item;
  }

  /** One of the names, each as likely as its weight says. */
  weigh<K extends string>(weights: ReadonlyMap<K, number>): K {
    const names = [...weights].flatMap(([name, weight]) => Array<K>(weight).fill(name));
    return this.pick(names);
  }

  shuffle<T>(items: readonly T[]): T[] {
    const keyed = items.map((item) => ({ item, key: this.below(2 ** 30) }));
    return keyed.toSorted((one, other) => one.key - other.key).map(({ item }) => item);
  }

  text(length: number, alphabet: string): string {
    return Array.from({ length }, () => alphabet.charAt(this.below(alphabet.length))).join("");
  }
}
