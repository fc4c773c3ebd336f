import { AudioEnd, sampleCodec, type AudioReport } from "@openclaw/phone-network";
import { durationMs, type AudioFormat, type Clock } from "@openclaw/telephony-contract";

/**
 * What the room of the caller does to 20 ms of sound: `caller` is what the telephone gets, to be changed in place; `played`
 * is what of ours the caller hears meanwhile.
 */
export type Room = (caller: Int16Array, played: Int16Array) => void;

/** The audio of a call between its carrier and the telephone, heard in the middle, whatever brings it there. */
export class Line {
  /** When it began, in milliseconds since the epoch: what the times of {@link Line.heard} are counted from. */
  readonly startedAt: number;
  /** When the first audio of ours came, and each time that we had the carrier drop what it had: the same time. */
  firstAudioAt: number | undefined;
  readonly clears: number[] = [];
  readonly #clock: Clock;
  readonly #room: () => Room | undefined;
  readonly #time = new FrameTime();
  readonly #ear: AudioEnd;
  readonly #in: Sound;
  readonly #out: Sound;
  /** What the far end has of ours and has not played. */
  #waiting = Buffer.alloc(0);

  constructor(clock: Clock, formatIn: AudioFormat, formatOut: AudioFormat, room: () => Room | undefined) {
    this.#clock = clock;
    this.#room = room;
    this.startedAt = clock.now();
    this.#in = new Sound(formatIn);
    this.#out = new Sound(formatOut);
    this.#ear = new AudioEnd({ clock: this.#time, formatIn, formatOut, outlet: { audio: () => {}, mark: () => {} } });
    this.#ear.start();
  }

  /** What somebody at the far end hears. */
  get heard(): AudioReport {
    return this.#ear.report;
  }

  /** The caller's next sound, as the telephone gets it. */
  spoken(payload: Uint8Array): Uint8Array {
    const ms = durationMs(this.#in.format, payload.length);
    this.#time.pass(ms);
    const room = this.#room();
    const played = this.#play(ms);
    if (!room) return payload;
    const samples = this.#in.decode(payload);
    room(samples, this.#out.decode(played, samples.length));
    return this.#in.encode(samples);
  }

  /** Our next sound, on its way to the far end. */
  said(audio: Uint8Array): void {
    this.firstAudioAt ??= this.#clock.now();
    this.#ear.receive(audio);
    this.#waiting = Buffer.concat([this.#waiting, audio]);
  }

  cleared(): void {
    this.clears.push(this.#clock.now());
    this.#ear.clear();
    this.#waiting = Buffer.alloc(0);
  }

  #play(ms: number): Uint8Array {
    const bytes = this.#out.bytesOf(ms);
    const played = this.#waiting.subarray(0, bytes);
    this.#waiting = this.#waiting.subarray(bytes);
    return played;
  }
}

/** Samples of one format, and their bytes. */
class Sound {
  constructor(readonly format: AudioFormat) {}

  bytesOf(ms: number): number {
    return Math.round((ms * this.format.sampleRate) / 1000) * sampleCodec(this.format).bytesPerSample;
  }

  /** So many samples: silence where the bytes are fewer. */
  decode(bytes: Uint8Array, count = bytes.length / sampleCodec(this.format).bytesPerSample): Int16Array {
    const codec = sampleCodec(this.format);
    const samples = new Int16Array(count);
    codec.decode(bytes.subarray(0, count * codec.bytesPerSample), samples.subarray(0, bytes.length / codec.bytesPerSample));
    return samples;
  }

  encode(samples: Int16Array): Uint8Array {
    const codec = sampleCodec(this.format);
    const bytes = new Uint8Array(samples.length * codec.bytesPerSample);
    codec.encode(samples, bytes);
    return bytes;
  }
}

/** Time that goes by with the caller's frames, so that hearing in the middle takes no timer. */
class FrameTime implements Clock {
  #ms = 0;
  #due: { readonly at: number; readonly callback: () => void } | undefined;

  now(): number {
    return this.#ms;
  }

  monotonic(): number {
    return this.#ms;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const due = { at: this.#ms + delayMs, callback };
    this.#due = due;
    return () => {
      if (this.#due === due) this.#due = undefined;
    };
  }

  pass(ms: number): void {
    this.#ms += ms;
    for (let due = this.#due; due && due.at <= this.#ms; due = this.#due) {
      this.#due = undefined;
      due.callback();
    }
  }
}
