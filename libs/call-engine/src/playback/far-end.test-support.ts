import { bytesPerSample, type AudioFormat, type MediaClose, type MediaLink } from "@openclaw/telephony-contract";
import { createVirtualClock, type VirtualClock } from "@openclaw/telephony-contract/testing";
import type { PlaybackCapabilities } from "./types.ts";

/** A clock whose process can stall: time goes on, and what was due meanwhile runs late. */
export interface StallingClock extends VirtualClock {
  /** Stalls from when the next callback is due: `ms` pass in which nothing runs. */
  stall(ms: number): void;
}

export function createStallingClock(): StallingClock {
  const clock = createVirtualClock();
  let lost = 0;
  return {
    now: () => clock.now() + lost,
    monotonic: () => clock.monotonic() + lost,
    schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
    advance: (ms) => clock.advance(ms),
    runUntil: (predicate, maxMs) => clock.runUntil(predicate, maxMs),
    settle: () => clock.settle(),
    get pending() {
      return clock.pending;
    },
    stall: (ms) => void (lost += ms),
  };
}

/** How the far end behaves. Without options it is the ideal carrier. */
export interface FarEndOptions {
  readonly format?: AudioFormat;
  /** Milliseconds of the way to the ear, and of the way back. */
  readonly transitMs?: number;
  /** Marks come back when reached (`played`), at once (`early`), or not at all. */
  readonly echoes?: "played" | "early" | "never";
  /** What comes back for marks that a clear overtakes: the mark, as if it was played, or nothing. */
  readonly flushed?: "echoed" | "silent";
  readonly capabilities?: Partial<PlaybackCapabilities>;
  /** Chunks that the way takes before `send` says that it is enough. */
  readonly congestedAfter?: number;
}

/** Audio in the ear: bytes and when the first of them sounded. */
export interface Sound {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** A carrier that plays what it gets without a gap, as strict as a real one: what it would refuse is in `faults`. */
export class FarEnd implements MediaLink {
  readonly formatIn: AudioFormat;
  readonly formatOut: AudioFormat;
  readonly capabilities: PlaybackCapabilities;
  readonly closed: Promise<MediaClose>;
  readonly faults: string[] = [];
  readonly marks: { readonly name: string; readonly at: number; readonly bytesBefore: number }[] = [];
  readonly clears: number[] = [];
  /** The most that was ever waiting to be played when something arrived, in milliseconds. */
  mostAheadMs = 0;
  onMark: (name: string) => void = () => {};
  readonly #clock: VirtualClock;
  readonly #options: FarEndOptions;
  readonly #bytesPerMs: number;
  readonly #resolveClosed: (close: MediaClose) => void;
  #sounds: Sound[] = [];
  #endsAt = 0;
  #bytes = 0;
  #over = false;
  #free: { promise: Promise<void>; resolve: () => void } | undefined;
  #untilCongested: number;
  #underway = new Map<string, () => void>();

  constructor(clock: VirtualClock, options: FarEndOptions = {}) {
    this.#clock = clock;
    this.#options = options;
    this.#untilCongested = options.congestedAfter ?? Infinity;
    this.formatOut = options.format ?? { encoding: "mulaw", sampleRate: 8000 };
    this.formatIn = this.formatOut;
    this.#bytesPerMs = (this.formatOut.sampleRate * bytesPerSample(this.formatOut)) / 1000;
    this.capabilities = { marks: options.echoes !== undefined, clear: true, minChunkMs: 20, maxChunkMs: 30_000, maxBufferedMs: 60_000, ...options.capabilities };
    const { promise, resolve } = Promise.withResolvers<MediaClose>();
    this.closed = promise;
    this.#resolveClosed = resolve;
  }

  send(audio: Uint8Array): boolean {
    const ms = audio.length / this.#bytesPerMs;
    if (this.#over) this.faults.push("audio after the end");
    if (this.#free) this.faults.push("audio while the way is congested");
    if (ms < this.capabilities.minChunkMs || ms > this.capabilities.maxChunkMs) this.faults.push(`a chunk of ${ms} ms`);
    const at = Math.max(this.#endsAt, this.#arrival);
    // The buffer is the sender's: what is kept is copied.
    this.#sounds.push({ at, bytes: Uint8Array.from(audio) });
    this.#endsAt = at + ms;
    this.#bytes += audio.length;
    this.mostAheadMs = Math.max(this.mostAheadMs, this.#endsAt - this.#arrival);
    this.#untilCongested -= 1;
    if (this.#untilCongested > 0) return true;
    this.#free ??= Promise.withResolvers<void>();
    return false;
  }

  async writable(): Promise<void> {
    await this.#free?.promise;
  }

  /** The way is free again for so many chunks. */
  decongest(chunks: number = Infinity): void {
    this.#untilCongested = chunks;
    this.#free?.resolve();
    this.#free = undefined;
  }

  mark(name: string): void {
    if (this.#over) this.faults.push("a mark after the end");
    if (this.marks.some((mark) => mark.name === name)) this.faults.push(`two marks ${name}`);
    if (!this.capabilities.marks) this.faults.push("a mark to a carrier without marks");
    this.marks.push({ name, at: this.#clock.monotonic(), bytesBefore: this.#bytes });
    if (this.#options.echoes === "never") return;
    const reached = this.#options.echoes === "early" ? this.#arrival : Math.max(this.#endsAt, this.#arrival);
    const cancel = this.#clock.schedule(reached + this.#transit - this.#clock.monotonic(), () => {
      this.#underway.delete(name);
      this.onMark(name);
    });
    this.#underway.set(name, cancel);
  }

  clear(): void {
    if (this.#over) this.faults.push("a clear after the end");
    if (!this.capabilities.clear) this.faults.push("a clear to a carrier that cannot");
    this.clears.push(this.#clock.monotonic());
    this.#cut(this.#arrival);
    const flushed = [...this.#underway];
    this.#underway.clear();
    for (const [name, cancel] of flushed) {
      cancel();
      if (this.#options.flushed !== "silent") this.#clock.schedule(2 * this.#transit, () => this.onMark(name));
    }
  }

  listen(): void {
    // Marks go to `onMark`, as the owner of both would do it.
  }

  close(): void {
    this.hangUp("us");
  }

  /** The stream ends: the carrier drops what it has. */
  hangUp(by: MediaClose["by"] = "carrier"): void {
    if (this.#over) return;
    this.#over = true;
    this.#cut(this.#clock.monotonic());
    for (const cancel of this.#underway.values()) cancel();
    this.#underway.clear();
    this.#resolveClosed({ by, reason: "test" });
  }

  /** What sounded in the ear so far, in pieces without a gap. */
  heard(): Sound[] {
    const now = this.#clock.monotonic();
    const pieces: { at: number; until: number; bytes: number[] }[] = [];
    for (const { at, bytes } of this.#sounds) {
      const count = Math.min(bytes.length, Math.max(0, Math.floor((now - at) * this.#bytesPerMs)));
      const last = pieces.at(-1);
      const until = at + count / this.#bytesPerMs;
      if (count === 0) break;
      if (last && at - last.until < 1e-6) {
        last.bytes.push(...bytes.subarray(0, count));
        last.until = until;
      } else {
        pieces.push({ at, until, bytes: [...bytes.subarray(0, count)] });
      }
    }
    return pieces.map(({ at, bytes }) => ({ at, bytes: Uint8Array.from(bytes) }));
  }

  /** Silences between pieces, in milliseconds. */
  gaps(): number[] {
    const pieces = this.heard();
    return pieces.slice(1).map((piece, index) => {
      const before = pieces[index] as Sound;
      return piece.at - before.at - before.bytes.length / this.#bytesPerMs;
    });
  }

  get #transit(): number {
    return this.#options.transitMs ?? 0;
  }

  get #arrival(): number {
    return this.#clock.monotonic() + this.#transit;
  }

  /** Drops what would sound after `at`. */
  #cut(at: number): void {
    this.#sounds = this.#sounds
      .filter((sound) => sound.at < at)
      .map((sound) => ({ at: sound.at, bytes: sound.bytes.subarray(0, Math.floor((at - sound.at) * this.#bytesPerMs)) }));
    this.#endsAt = Math.min(this.#endsAt, at);
  }
}

/** Audio whose every place can be told from any other: `seed` makes another one. */
export function speech(ms: number, seed: number = 1, bytesPerMs: number = 8): Uint8Array {
  return Uint8Array.from({ length: ms * bytesPerMs }, (_, index) => scrambled(index + seed * 1_000_000));
}

function scrambled(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  return Math.imul(once ^ (once >>> 16), 0x45d9f3b) >>> 24;
}
