import type { SpeechSink } from "./types.ts";

/** Who listens to speech that is made ahead. */
export interface Follower {
  readonly sink: SpeechSink;
  /** The speech failed; `begun` tells whether the sink got some of it. */
  readonly failed: (begun: boolean) => void;
}

/** Speech that is made before anybody wants to hear it. Whoever comes while it is made follows it. */
export class MadeAhead implements SpeechSink {
  readonly text: string;
  /** Never aborted, since nobody can skip what nobody hears yet. A voice that closes ends what it makes by itself. */
  readonly signal: AbortSignal = new AbortController().signal;
  readonly #chunks: Uint8Array[] = [];
  readonly #followers = new Set<Follower>();
  readonly #onOver: () => void;

  /** @param onOver called when there will be no more of it, before the followers are told */
  constructor(text: string, onOver: () => void) {
    this.text = text;
    this.#onOver = onOver;
  }

  /** Gets what is there already, and everything that comes, to its end. */
  follow(follower: Follower): void {
    for (const chunk of this.#chunks) follower.sink.write(chunk);
    this.#followers.add(follower);
  }

  write(audio: Uint8Array): boolean {
    const chunk = new Uint8Array(audio);
    this.#chunks.push(chunk);
    for (const { sink } of this.#followers) sink.write(chunk);
    return true;
  }

  writable(): Promise<void> {
    return Promise.resolve();
  }

  end(): void {
    this.#onOver();
    for (const { sink } of this.#followers) sink.end();
    this.#followers.clear();
  }

  fail(): void {
    this.#onOver();
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const { failed } of followers) failed(this.#chunks.length > 0);
  }
}
