import { hash } from "node:crypto";

/** Bytes of a digest: as many as a number of JavaScript holds exactly. Of a hundred thousand keys no two share one. */
export const DIGEST_BYTES = 6;

/** Makes digests of keys, each within a scope. Whoever asks for a key keeps it next: so the last one is made only once. */
export function createDigester(): (scope: string, key: string) => number {
  let lastScope = "";
  let lastKey: string | undefined;
  let lastDigest = 0;
  return (scope, key) => {
    if (key === lastKey && scope === lastScope) return lastDigest;
    const bytes = hash("sha256", `${scope} ${key}`, "binary");
    lastScope = scope;
    lastKey = key;
    lastDigest = 0;
    for (let at = 0; at < DIGEST_BYTES; at++) lastDigest = lastDigest * 256 + bytes.charCodeAt(at);
    return lastDigest;
  };
}

/** Digests for which there is room at first. A power of two. */
const FIRST_ROOM = 1024;

/**
 * The newest digests, as many as are kept. Two flat arrays, because every webhook asks for several and adds as many: a `Set`
 * whose oldest member goes for each that comes makes itself anew again and again, and its members outlive collections
 * of garbage only to be dropped.
 */
export class RecentDigests {
  /** In the order in which they came: a ring. */
  #digests = new Float64Array(FIRST_ROOM);
  #first = 0;
  #size = 0;
  /** Where in the ring a digest is, plus one, in the slot of its lowest bits or the next free one behind it. */
  #slots = new Int32Array(2 * FIRST_ROOM);

  /** Keeps `most` at most; then the oldest go. */
  constructor(private readonly most: number) {}

  get size(): number {
    return this.#size;
  }

  has(digest: number): boolean {
    return this.#slots[this.#slotOf(digest)] !== 0;
  }

  /** Adds one. Returns whether it is new. */
  add(digest: number): boolean {
    if (this.has(digest)) return false;
    if (this.#size === this.most) this.#forgetOldest();
    if (this.#size === this.#digests.length) this.#grow();
    const place = this.#place(this.#size++);
    this.#digests[place] = digest;
    this.#slots[this.#slotOf(digest)] = place + 1;
    return true;
  }

  /** Takes out those that were added last. */
  dropNewest(count: number): void {
    for (const size = Math.max(0, this.#size - count); this.#size > size; this.#size--) this.#vacate(this.#place(this.#size - 1));
  }

  clear(): void {
    this.#first = this.#size = 0;
    this.#slots.fill(0);
  }

  #forgetOldest(): void {
    this.#vacate(this.#first);
    this.#first = this.#place(1);
    this.#size--;
  }

  /** Index in the ring of the digest with this number, counted from the oldest. */
  #place(number: number): number {
    return (this.#first + number) & (this.#digests.length - 1);
  }

  /** The slot of a digest, or the free one in which it belongs. */
  #slotOf(digest: number): number {
    const last = this.#slots.length - 1;
    let slot = digest & last;
    for (let place = this.#slots[slot]; place && this.#digests[place - 1] !== digest; place = this.#slots[slot]) slot = (slot + 1) & last;
    return slot;
  }

  /** Frees the slot of a place, and moves up those that would not be found behind a free one. */
  #vacate(place: number): void {
    const last = this.#slots.length - 1;
    let free = this.#slotOf(this.#digests[place] as number);
    for (let slot = (free + 1) & last; this.#slots[slot] !== 0; slot = (slot + 1) & last) {
      const home = (this.#digests[(this.#slots[slot] as number) - 1] as number) & last;
      if (((slot - home) & last) < ((slot - free) & last)) continue;
      this.#slots[free] = this.#slots[slot] as number;
      free = slot;
    }
    this.#slots[free] = 0;
  }

  #grow(): void {
    const digests = Array.from({ length: this.#size }, (_, number) => this.#digests[this.#place(number)] as number);
    this.#digests = new Float64Array(2 * digests.length);
    this.#slots = new Int32Array(4 * digests.length);
    this.#first = this.#size = 0;
    for (const digest of digests) this.add(digest);
  }
}
