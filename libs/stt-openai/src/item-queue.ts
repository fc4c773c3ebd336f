import type { TelephonyError } from "@openclaw/telephony-contract";

/** Items under way at the same time, and items that are remembered after their end. The oldest are given up beyond. */
const MAX_ITEMS = 64;
/** Milliseconds of audio for which a text waits for those that were spoken before it. */
const HOLD_MS = 2000;

/** What became of an item. */
export type Outcome = { readonly text: string } | { readonly error: TelephonyError };

/** A piece of speech, by the vendor's name. */
export interface Item {
  readonly key: string;
  /** What was written of it so far. */
  text: string;
  /** Where it ends in the connection's audio, once that is known. */
  endMs: number | undefined;
}

interface Entry extends Item {
  committed: boolean;
  settled: { readonly outcome: Outcome; readonly atMs: number } | undefined;
}

/**
 * The items of one connection in the order in which they were spoken. Their texts may come in another order; each waits
 * for those before it, though not for ever.
 */
export class ItemQueue {
  #queue: Entry[] = [];
  #over: string[] = [];

  /** Whether nothing is under way. */
  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the text of complete audio is awaited. */
  get waiting(): boolean {
    return this.#queue.some(({ committed }) => committed);
  }

  /** Whether a text waits for those before it. */
  get held(): boolean {
    return this.#queue.some(isSettled);
  }

  /** Whether an item of this name is under way, or was. */
  knows(key: string): boolean {
    return this.#over.includes(key) || this.#queue.some((entry) => entry.key === key);
  }

  /** The item of this name, which begins here where it was not known; undefined for one that is over. */
  open(key: string): Item | undefined {
    return this.#entry(key);
  }

  /** The item's audio is complete, and it was spoken right after `previous`. */
  commit(key: string, previous: string | undefined): void {
    const entry = this.#entry(key);
    if (!entry) return;
    entry.committed = true;
    const others = this.#queue.filter((one) => one !== entry);
    const before = others.findIndex((one) => one.key === previous);
    if (before >= 0) this.#queue = others.toSpliced(before + 1, 0, entry);
  }

  /** Notes what became of an item. `atMs`: how much audio was sent by then. */
  settle(key: string, outcome: Outcome, atMs: number): void {
    const entry = this.#entry(key);
    if (entry) entry.settled ??= { outcome, atMs };
  }

  /** Takes out what can be told after so many milliseconds of audio. */
  take(nowMs: number): readonly (Item & { readonly outcome: Outcome })[] {
    const overdue = this.#queue.findLastIndex(({ settled }) => settled && nowMs - settled.atMs >= HOLD_MS);
    const gap = this.#queue.findIndex(({ committed, settled }, at) => committed && !settled && at > overdue);
    const told = this.#queue.slice(0, gap < 0 ? undefined : gap).filter(isSettled);
    if (told.length === 0) return [];
    this.#queue = this.#queue.filter((entry) => !told.includes(entry));
    this.#over = [...this.#over, ...told.map(({ key }) => key)].slice(-MAX_ITEMS);
    return told.flatMap(({ key, text, endMs, settled }) => (settled ? [{ key, text, endMs, outcome: settled.outcome }] : []));
  }

  /** The connection is over, and its names with it. */
  clear(): void {
    this.#queue = [];
    this.#over = [];
  }

  #entry(key: string): Entry | undefined {
    if (this.#over.includes(key)) return undefined;
    const known = this.#queue.find((entry) => entry.key === key);
    if (known) return known;
    const entry: Entry = { key, text: "", endMs: undefined, committed: false, settled: undefined };
    this.#queue.push(entry);
    if (this.#queue.length > MAX_ITEMS) this.#queue.shift();
    return entry;
  }
}

function isSettled({ settled }: Entry): boolean {
  return settled !== undefined;
}
