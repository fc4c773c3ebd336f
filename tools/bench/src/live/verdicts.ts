/** A value, or the least that it is. */
export interface Bounded {
  readonly value: number;
  readonly exact: boolean;
}

function boundedText({ value, exact }: Bounded): string {
  return exact ? String(value) : `${value} or more`;
}

/** What a benchmark promised and what became of it: printed line by line, and an exit code in the end. */
export class Verdicts {
  #missed = 0;
  #void = 0;
  #targets = 0;
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  /** Holds a value against the largest that passes. */
  atMost(what: string, value: number, limit: number, unit: string): void {
    this.#judge(what, value, value <= limit, `at most ${limit} ${unit}`, unit);
  }

  /** Holds a value against the smallest that passes. */
  atLeast(what: string, value: number, limit: number, unit: string): void {
    this.#judge(what, value, value >= limit, `at least ${limit} ${unit}`, unit);
  }

  /**
   * The same for a part of something. Where only a least value of the part or of the whole is known, because the search for
   * it was ended by something else, it is judged as far as that allows.
   */
  partAtLeast(what: string, part: Bounded, whole: Bounded, limit: number): void {
    const value = part.value / whole.value;
    const doubt = value >= limit ? !whole.exact : !part.exact;
    if (doubt || Number.isNaN(value)) this.unknown(what, `${boundedText(part)} of ${boundedText(whole)}, at least ${limit} x: the machine is too busy, or too small, to find out more`);
    else this.atLeast(what, value, limit, "x");
  }

  /** Nothing can be said about a target, for example because the machine had no time for its load. */
  unknown(what: string, why: string): void {
    this.#targets += 1;
    this.#void += 1;
    this.#print(`  void  ${what}: ${why}`);
  }

  /** Says how many targets were missed. Returns whether all were met: one of which nothing is known was not. */
  finish(): boolean {
    const missed = this.#missed > 0 && `${this.#missed} of ${this.#targets} targets missed`;
    const unknown = this.#void > 0 && `${this.#void} of ${this.#targets} could not be judged`;
    const all = !missed && !unknown;
    this.#print(all ? `all ${this.#targets} targets met` : [missed, unknown].filter(Boolean).join(", "));
    return all;
  }

  #judge(what: string, value: number, passed: boolean, limit: string, unit: string): void {
    if (Number.isNaN(value)) return this.unknown(what, "nothing was measured");
    this.#targets += 1;
    if (!passed) this.#missed += 1;
    this.#print(`  ${passed ? "pass" : "MISS"}  ${what}: ${value.toFixed(2)} ${unit}, ${limit}`);
  }
}
