import { wordsOf } from "./words.ts";

/** A piece of what the caller said, as the transcriber cuts it. */
export interface TurnItem {
  readonly id: string;
  /** Counts the items in the order of their first sign. */
  readonly order: number;
  /** When the first sign of it came, by the monotonic clock. */
  readonly signAt: number;
  /** Where it lies in the call, by the transcriber's clock. */
  timeMs?: number;
  /** As far as it is recognised. */
  text: string;
  final: boolean;
  confidence?: number;
}

/** Items of one turn under way. Some minutes of speech without a pause come to that. */
const MAX_ITEMS = 64;
/** Settled items whose late news are recognised as such. */
const MAX_SETTLED = 256;
/** A final text that has so many more words than the partial text that was taken in its place is news. */
const NEWS_WORDS = 2;

/** The items of a turn under way, and the memory of those before it, so that nothing is taken twice. */
export class TurnItems {
  /** In the order of their first sign. Mostly there are none, or one. */
  #items: readonly TurnItem[] = [];
  /** With the text that was taken before it was final. Made for the first, since many calls are silent for long. */
  #settled: Map<string, string | undefined> | undefined;
  #made = 0;

  /** Whether anything is recognised. */
  get hasText(): boolean {
    return this.some(({ text }) => text !== "");
  }

  /** What is recognised, in the order of its speech. */
  get text(): string {
    return joined(this.inOrder());
  }

  /** In the order of their speech: by the transcriber's clock where it tells for all, else as they came up. */
  inOrder(): TurnItem[] {
    const items = [...this.#items];
    const timed = items.every(({ timeMs }) => timeMs !== undefined);
    return timed ? items.sort((a, b) => (a.timeMs ?? 0) - (b.timeMs ?? 0)) : items;
  }

  some(test: (item: TurnItem) => boolean): boolean {
    return this.#items.some(test);
  }

  get(id: string): TurnItem | undefined {
    return this.#items.find((item) => item.id === id);
  }

  /** Whether this item is over: what comes of it now is late. */
  isSettled(id: string): boolean {
    return this.#settled?.has(id) ?? false;
  }

  /** Whether a late final text says more than what was taken of its item before it came. */
  isNews(id: string, text: string): boolean {
    const taken = this.#settled?.get(id);
    return taken !== undefined && wordsOf(text).length >= wordsOf(taken).length + NEWS_WORDS;
  }

  /** Makes room for one more item: the oldest goes that never had a text. Returns whether there is room. */
  makeRoom(): boolean {
    if (this.#items.length < MAX_ITEMS) return true;
    const empty = this.#items.find(({ text, final }) => !final && text === "");
    if (empty) this.settle(empty.id);
    return empty !== undefined;
  }

  /** The item of this id, made if it is new. */
  open(id: string, now: number): TurnItem {
    const known = this.get(id);
    if (known) return known;
    this.#settled?.delete(id);
    const item: TurnItem = { id, order: this.#made++, signAt: now, text: "", final: false };
    this.#items = [...this.#items, item];
    return item;
  }

  /** The item is over. `taken`: its text, where that was not final. */
  settle(id: string, taken?: string): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    const settled = (this.#settled ??= new Map());
    settled.set(id, taken);
    if (settled.size <= MAX_SETTLED) return;
    const [oldest] = settled.keys();
    if (oldest !== undefined) settled.delete(oldest);
  }
}

/** Items as one text. */
export function joined(items: readonly Pick<TurnItem, "text">[]): string {
  return items.map(({ text }) => text.trim()).filter(Boolean).join(" ");
}
