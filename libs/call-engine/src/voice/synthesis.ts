import type { Clock, SpeechRequest } from "@openclaw/telephony-contract";
import { Delivery, FIRST_AUDIO, type SpeechWriter } from "./delivery.ts";
import { Intake } from "./intake.ts";
import { Patience } from "./patience.ts";
import type { SpokenBy, VoiceLimits, VoiceSource } from "./types.ts";

/** One text, how it is to sound, and where its audio goes. */
export interface SynthesisRequest extends Omit<SpeechRequest, "signal"> {
  readonly source: VoiceSource;
  readonly limits: VoiceLimits;
  /** Told when the first audio is there. */
  readonly onFirstAudio: (spokenBy: SpokenBy) => void;
  readonly writer: SpeechWriter;
}

/**
 * One source speaks one text. It is begun once, and ended whichever way it went, by whoever waits for it meanwhile: one
 * asynchronous function for all of it would be half a kilobyte more of every call that speaks.
 */
export class Synthesis {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #patience: Patience;
  /** Has the synthesizer stop. `AbortSignal.any` would do, but what that keeps for each signal is three kilobytes. */
  readonly #stop = new AbortController();
  #chunks: AsyncIterator<Uint8Array> | undefined;

  /** @param signal aborts it */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
    this.#patience = new Patience(clock);
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  /**
   * Asks the source. Resolves, when that answers, to the intake of its audio, which hands it over in pieces: as an iterator of
   * its own, every piece would cost some promises more.
   *
   * Both reject with what the synthesizer, or the writer, fails with, or with a `TelephonyError`: `timeout` where the source
   * falls silent, `unsupported` for a format that cannot be converted, `unavailable` where no audio comes, `aborted`.
   */
  async begin({ source, limits, onFirstAudio, writer, ...wanted }: SynthesisRequest): Promise<Intake> {
    const dueAt = this.#clock.monotonic() + limits.firstAudioMs;
    // Within an async function, what is thrown at once is a rejection like any other.
    const asked = (async () => source.synthesizer.synthesize({ ...wanted, signal: this.#stop.signal }))();
    const speech = await this.#patience.wait(asked, { ms: limits.firstAudioMs, what: FIRST_AUDIO });
    this.#chunks = speech.audio[Symbol.asyncIterator]();
    const delivery = { clock: this.#clock, preferred: wanted.preferred, dueAt, stallMs: limits.stallMs, source: source.id, onFirstAudio, writer };
    return new Intake(this.#chunks, this.#patience, new Delivery(speech, delivery));
  }

  /** Nobody wants it any more. What waits for it ends with an error `aborted`. */
  abort(reason?: unknown): void {
    this.#stop.abort(reason);
    this.#patience.giveUp();
  }

  /** Lets go of the synthesizer, also where that has not come to its end. */
  end(): void {
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#patience[Symbol.dispose]();
    this.#stop.abort();
    // Not waited for: a synthesizer that hangs would hang here once more.
    if (this.#chunks?.return) void Promise.resolve(this.#chunks.return()).catch(() => {});
  }

  readonly #onAbort = (): void => this.abort(this.#signal.reason);
}
