import type { AudioFormat, Clock } from "@openclaw/telephony-contract";
import type { Call } from "../network/call.ts";
import type { AudioReport } from "./audio-report.ts";

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
}

/**
 * The far end of a media stream at the carrier: sends the caller's sound as frames of 20 ms in real time, and plays ours in
 * real time, listening to it.
 */
export class AudioEnd {
  constructor(private readonly options: AudioEndOptions) {}

  /** The stream begins: frames flow, and the party talks and listens here. */
  start(): void {
    throw new Error("not built yet");
  }

  /** The stream is over. What was not said yet is not said; `say` resolves. */
  stop(): void {}

  /** Our audio, in `formatOut`: it is played after what came before. */
  receive(audio: Uint8Array): void {
    void audio;
  }

  /** Our mark: it comes back when everything received so far was played. */
  mark(name: string): void {
    void name;
  }

  /** Drops what was not played yet. Its marks come back at once. */
  clear(): void {}

  /** Says a text, after what is being said already. Resolves when its last frame was sent, or the stream is over. */
  say(text: string): Promise<void> {
    void text;
    void this.options;
    return Promise.resolve();
  }

  /** What the far end heard so far. */
  get report(): AudioReport {
    throw new Error("not built yet");
  }
}
