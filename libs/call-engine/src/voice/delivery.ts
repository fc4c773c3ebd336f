import { TelephonyError, durationMs, type AudioFormat, type Clock, type Speech } from "@openclaw/telephony-contract";
import { createTranscoder, type Transcoder } from "@openclaw/telephony-audio";
import type { Taker } from "./intake.ts";
import type { WaitOptions } from "./patience.ts";
import type { SpokenBy } from "./types.ts";

/** Audio of one text beyond which it is a defect of the synthesizer, in milliseconds: more than anybody listens to at a stretch. */
const MAX_SPEECH_MS = 10 * 60_000;

/** Names the first audio where it is waited for. */
export const FIRST_AUDIO = "the first audio";
const MORE_AUDIO = "more audio";

/** Where speech is delivered to. */
export interface SpeechWriter {
  /** Takes audio in the preferred format: a view that is valid until it returns. What it returns is waited for. */
  write(audio: Uint8Array): Promise<void> | undefined;
}

/** What a delivery goes by. */
export interface DeliveryOptions {
  readonly clock: Clock;
  /** Format that is delivered. */
  readonly preferred: AudioFormat;
  /** When the first audio has to be there, on the monotonic clock. */
  readonly dueAt: number;
  /** How long more audio may take, in milliseconds. */
  readonly stallMs: number;
  /** Id of the source that speaks. */
  readonly source: string;
  /** Told when the first audio is there. */
  readonly onFirstAudio: (spokenBy: SpokenBy) => void;
  readonly writer: SpeechWriter;
}

/** Speech on its way from a synthesizer to its writer: in the preferred format, with at least one byte of it. */
export class Delivery implements Taker {
  readonly #clock: Clock;
  readonly #preferred: AudioFormat;
  readonly #dueAt: number;
  readonly #more: WaitOptions;
  readonly #source: string;
  readonly #onFirstAudio: (spokenBy: SpokenBy) => void;
  readonly #writer: SpeechWriter;
  readonly #transcoder: Transcoder;
  /** What is delivered, until the first audio is there. */
  #awaited: Speech | undefined;
  #madeMs = 0;

  /** @throws TelephonyError `unsupported` for a format that cannot be converted */
  constructor(speech: Speech, { clock, preferred, dueAt, stallMs, source, onFirstAudio, writer }: DeliveryOptions) {
    this.#clock = clock;
    this.#preferred = preferred;
    this.#dueAt = dueAt;
    this.#more = { ms: stallMs, what: MORE_AUDIO };
    this.#source = source;
    this.#onFirstAudio = onFirstAudio;
    this.#writer = writer;
    this.#transcoder = transcoderOf(speech, preferred);
    this.#awaited = speech;
  }

  nextWithin(): WaitOptions {
    return this.#awaited ? { ms: Math.max(0, this.#dueAt - this.#clock.monotonic()), what: FIRST_AUDIO } : this.#more;
  }

  /** @throws TelephonyError `unsupported` for a file with audio in it, `internal` where there is no end to it */
  take(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#awaited) refuseContainer(chunk);
    const audio = this.#transcoder.process(chunk);
    if (audio.length === 0) return undefined;
    this.#begin();
    this.#madeMs += durationMs(this.#preferred, audio.length);
    if (this.#madeMs > MAX_SPEECH_MS) throw new TelephonyError("internal", "the synthesizer does not come to an end");
    return this.#writer.write(audio);
  }

  /** @throws TelephonyError `unavailable` where there was no audio */
  finish(): Promise<void> | undefined {
    const rest = this.#transcoder.flush();
    if (rest.length > 0) {
      this.#begin();
      return this.#writer.write(rest);
    }
    if (this.#awaited) throw new TelephonyError("unavailable", "the synthesizer ended without any audio", { retryable: true });
    return undefined;
  }

  #begin(): void {
    if (!this.#awaited) return;
    const { spokenBy } = this.#awaited;
    this.#awaited = undefined;
    this.#onFirstAudio({ source: this.#source, ...spokenBy });
  }
}

function transcoderOf({ format }: Speech, preferred: AudioFormat): Transcoder {
  try {
    return createTranscoder(format, preferred);
  } catch (cause) {
    const { encoding, sampleRate } = format;
    throw new TelephonyError("unsupported", `speech came as ${String(encoding)} at ${String(sampleRate)} Hz, which cannot be converted for the telephone`, { cause });
  }
}

/** First bytes of files with audio in them. Played as bare samples they are a bang and noise. */
const CONTAINERS = ["RIFF", "OggS", "fLaC", "ID3\u0003", "ID3\u0004"];

function refuseContainer(chunk: Uint8Array): void {
  const begin = String.fromCharCode(...chunk.subarray(0, 4));
  if (CONTAINERS.includes(begin)) throw new TelephonyError("unsupported", "speech came as an audio file, not as bare samples");
}
