import type { TranscriptionDialect } from "./dialect.ts";

/** Item after item, as a dialect is told of them: whoever scripts it, begins and ends are in order. */
export class ItemScript {
  #startMs: number | undefined;
  #eager: string | undefined;

  /** @param heardMs Milliseconds of audio that came so far. */
  constructor(
    private readonly dialect: TranscriptionDialect,
    private readonly heardMs: () => number,
  ) {}

  /** Whether an item is under way. */
  get open(): boolean {
    return this.#startMs !== undefined;
  }

  begin(atMs = this.heardMs()): void {
    if (this.open) return;
    this.#startMs = atMs;
    this.dialect.speechStarted(atMs);
  }

  partial(text: string): void {
    this.begin();
    this.dialect.partial?.(text);
  }

  eager(text: string): void {
    this.begin();
    if (this.#eager !== undefined) return;
    this.#eager = text;
    this.dialect.eager?.(text);
  }

  resumed(): void {
    if (this.#eager === undefined) return;
    this.#eager = undefined;
    this.dialect.resumed?.();
  }

  final(text: string, endMs = this.heardMs()): void {
    this.begin();
    const startMs = this.#startMs ?? endMs;
    this.#startMs = this.#eager = undefined;
    this.dialect.final(text, { startMs, endMs });
  }

  failItem(): void {
    this.begin();
    this.#startMs = this.#eager = undefined;
    this.dialect.failItem?.();
  }
}
