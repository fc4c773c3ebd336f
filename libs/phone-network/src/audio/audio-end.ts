import type { AudioFormat, Clock } from "@openclaw/telephony-contract";
import type { Call, CallAudio } from "../network/call.ts";
import type { AudioReport } from "./audio-report.ts";
import { FarEar } from "./far-ear.ts";
import { PlayQueue } from "./play-queue.ts";
import { sampleCodec, type SampleCodec } from "./sample-codec.ts";
import { Turns } from "./turns.ts";
import { Voice } from "./voice.ts";

/** Milliseconds of a frame. */
const FRAME_MS = 20;
/** Frames that are made up for at once when the process was held up; more are left out, as a network loses them. */
const MAX_LATE = 50;
/** Milliseconds of audio that wait to be played where the carrier says nothing: ten minutes. */
const MAX_BUFFERED_MS = 600_000;

/** The carrier's half of a stream: writes on its wire what the audio end gives it. */
export interface AudioOutlet {
  /** 20 ms of the far end's sound in `formatIn`, `timeMs` after the stream began. The bytes are valid until this returns. */
  audio(frame: Uint8Array, timeMs: number): void;
  /** Everything that came before this mark was played, or was dropped by a clear. Marks keep their order. */
  mark(name: string): void;
}

/** What an audio end is made of. */
export interface AudioEndOptions {
  readonly clock: Clock;
  /** What the carrier sends: the far end's sound. µ-law, A-law or PCM16. */
  readonly formatIn: AudioFormat;
  /** What the carrier takes: our sound. */
  readonly formatOut: AudioFormat;
  readonly outlet: AudioOutlet;
  /** The call whose party talks and listens here from `start` to `stop`. Without one, the owner calls `say`. */
  readonly call?: Call;
  /** Milliseconds of audio that the carrier keeps for playing. Default: ten minutes. */
  readonly maxBufferedMs?: number;
}

/**
 * The far end of a media stream at the carrier: sends the caller's sound as frames of 20 ms in real time, and plays ours in
 * real time, listening to it.
 */
export class AudioEnd implements CallAudio {
  readonly #voice: Voice;
  readonly #ear: FarEar;
  readonly #turns = new Turns();
  readonly #queue = new PlayQueue();
  readonly #up: Frame;
  readonly #down: Frame;
  #state: "new" | "running" | "over" = "new";
  #cancel: (() => void) | undefined;
  #startedAt = 0;
  /** Frames that have passed, in either direction. */
  #frames = 0;
  #maxWaiting = 0;

  /** Throws an `unsupported` error for a format that is none of a media stream. */
  constructor(private readonly options: AudioEndOptions) {
    const { formatIn, formatOut, call } = options;
    this.#up = new Frame(formatIn);
    this.#down = new Frame(formatOut);
    this.#voice = new Voice(formatIn.sampleRate);
    this.#ear = new FarEar(formatOut.sampleRate, {
      heard: (what) => call?.hear(what),
      key: (key) => call?.tell((party) => party.digit?.(key, call.line)),
    });
  }

  /** The stream begins: frames flow, and the party talks and listens here. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "running";
    this.#startedAt = this.options.clock.monotonic();
    this.options.call?.joinAudio(this);
    this.#wait();
  }

  /** The stream is over. What was not said yet is not said; `say` resolves. */
  stop(): void {
    if (this.#state !== "running") return;
    this.#state = "over";
    this.#cancel?.();
    this.options.call?.leaveAudio(this);
    this.#ear.end();
    this.#voice.stop();
  }

  /** Our audio, in `formatOut`: it is played after what came before. `false`: the carrier keeps no more, and drops it. */
  receive(audio: Uint8Array): boolean {
    const { maxBufferedMs = MAX_BUFFERED_MS } = this.options;
    if (this.#down.msOf(this.#queue.waiting + audio.length) > maxBufferedMs) return false;
    this.#queue.add(audio);
    this.#maxWaiting = Math.max(this.#maxWaiting, this.#queue.waiting);
    return true;
  }

  /** Our mark: it comes back when everything received so far was played, at once where nothing waits. */
  mark(name: string): void {
    this.#queue.mark(name);
    this.#returnMarks();
  }

  /** Drops what was not played yet. Its marks come back at once. */
  clear(): void {
    this.#queue.clear();
    this.#ear.clear();
    this.#returnMarks();
  }

  /** Says a text, after what is being said already. Resolves when its last frame was sent, or the stream is over. */
  say(text: string): Promise<void> {
    return this.#state === "over" ? Promise.resolve() : this.#voice.say(text);
  }

  /** Whether we have fallen silent, and it is for the far end to talk. */
  get theirTurn(): boolean {
    return this.#turns.theirs && !this.#voice.speaking;
  }

  /** What the far end heard so far. */
  get report(): AudioReport {
    return { ...this.#ear.report, bufferedMs: this.#down.msOf(this.#queue.waiting), maxBufferedMs: this.#down.msOf(this.#maxWaiting) };
  }

  get #playedMs(): number {
    return this.#frames * FRAME_MS;
  }

  #wait(): void {
    const { clock } = this.options;
    const due = this.#startedAt + (this.#frames + 1) * FRAME_MS;
    this.#cancel = clock.schedule(Math.max(0, due - clock.monotonic()), () => this.#tick());
  }

  /** As many frames as time has passed for. */
  #tick(): void {
    const due = Math.floor((this.options.clock.monotonic() - this.#startedAt) / FRAME_MS);
    if (due - this.#frames > MAX_LATE) this.#startedAt += (due - this.#frames - MAX_LATE) * FRAME_MS;
    for (let late = Math.min(MAX_LATE, due - this.#frames); late > 0 && this.#state === "running"; late--) this.#pass();
    if (this.#state === "running") this.#wait();
  }

  /** One frame in each direction. */
  #pass(): void {
    const { outlet, call } = this.options;
    const theyTalk = this.#voice.speaking;
    this.#voice.next(this.#up.samples);
    outlet.audio(this.#up.encode(), this.#playedMs);
    this.#frames++;
    const taken = this.#queue.take(this.#down.bytes);
    this.#ear.hear(this.#down.decode(taken), taken < this.#down.bytes.length);
    // The party may have hung up at what it heard.
    if (this.#state !== "running") return;
    this.#returnMarks();
    if (this.#turns.pass(FRAME_MS, this.#ear.hearing, theyTalk)) call?.giveTurn();
  }

  #returnMarks(): void {
    for (const name of this.#queue.reached()) this.options.outlet.mark(name);
  }
}

/** Buffers for one frame of a format. */
class Frame {
  readonly samples: Int16Array;
  readonly bytes: Uint8Array;
  readonly #codec: SampleCodec;

  constructor(format: AudioFormat) {
    this.#codec = sampleCodec(format);
    this.samples = new Int16Array((format.sampleRate * FRAME_MS) / 1000);
    this.bytes = new Uint8Array(this.samples.length * this.#codec.bytesPerSample);
  }

  encode(): Uint8Array {
    this.#codec.encode(this.samples, this.bytes);
    return this.bytes;
  }

  /** The samples of the first so many bytes, and silence behind them. */
  decode(length: number): Int16Array {
    this.#codec.decode(this.bytes.subarray(0, length), this.samples);
    this.samples.fill(0, length / this.#codec.bytesPerSample);
    return this.samples;
  }

  msOf(bytes: number): number {
    return (bytes / this.bytes.length) * FRAME_MS;
  }
}
