import type { CallNews } from "./happening.ts";

/** Records one call, as far as anybody can tell from outside: when it began, and how long it was. */
export class Recorder {
  #recordings = 0;
  #startedAt: number | undefined;

  constructor(
    private readonly callId: string,
    private readonly now: () => number,
    private readonly report: (news: CallNews) => void,
  ) {}

  start(): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = this.now();
    this.#recordings++;
    this.report({ type: "recording", state: "started", recordingId: this.#id });
  }

  /** Saves what was recorded, if anything is. */
  stop(): void {
    if (this.#startedAt === undefined) return;
    const durationMs = this.now() - this.#startedAt;
    this.#startedAt = undefined;
    this.report({ type: "recording", state: "saved", recordingId: this.#id, durationMs });
  }

  get #id(): string {
    return `${this.callId}-recording-${this.#recordings}`;
  }
}
