import type { CallNews } from "./happening.ts";

/** Records one call, as far as anybody can tell from outside: when it began, and how long it was. */
export class Recorder {
  #id = "";
  #startedAt: number | undefined;

  constructor(
    private readonly nextId: () => string,
    private readonly now: () => number,
    private readonly report: (news: CallNews) => void,
  ) {}

  start(): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = this.now();
    this.#id = this.nextId();
    this.report({ type: "recording", state: "started", recordingId: this.#id });
  }

  /** Saves what was recorded, if anything is. */
  stop(): void {
    if (this.#startedAt === undefined) return;
    const durationMs = this.now() - this.#startedAt;
    this.#startedAt = undefined;
    this.report({ type: "recording", state: "saved", recordingId: this.#id, durationMs });
  }
}
