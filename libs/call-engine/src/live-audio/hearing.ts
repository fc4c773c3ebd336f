import { createTranscoder, type Transcoder } from "@openclaw/telephony-audio";
import {
  sameFormat,
  toTelephonyError,
  type AudioFormat,
  type TelephonyError,
  type TranscriberEvent,
  type TranscriberSession,
} from "@openclaw/telephony-contract";
import type { Held } from "../carriers/instances.ts";
import { Ear, type CallEar, type EarEvent, type EarOutput } from "../listening/index.ts";
import { expectedFormat, type AudioCall, type AudioGround } from "./ground.ts";
import type { OpenTranscriber } from "./services.ts";

/** What is told of what is heard. */
export interface HearingEvents {
  heard(event: EarEvent): void;
  /** Nothing can be heard any more. */
  hearingFailed(error: TelephonyError): void;
}

/** Audio that waits for the transcriber to be there, in milliseconds. */
const MAX_WAITING_MS = 10_000;

/** The ear of a call: the caller's audio becomes turns. */
export class Hearing {
  readonly #ground: AudioGround;
  readonly #call: AudioCall;
  /** What we say at the moment, so that its echo is not taken for the caller. */
  readonly #output: EarOutput;
  readonly #events: HearingEvents;
  readonly #ended = new AbortController();
  /** What was said before the transcriber was there. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #held: Held<OpenTranscriber> | undefined;
  #session: TranscriberSession | undefined;
  #sessionFormat: AudioFormat | undefined;
  #transcoder: Transcoder | undefined;
  /** The transcriber takes the audio as it comes. */
  #direct = false;
  #formatIn: AudioFormat | undefined;
  #ear: CallEar | undefined;
  #opened = false;
  #playing = false;
  /** As the signal says, which takes longer to ask fifty times a second. */
  #closed = false;

  constructor(ground: AudioGround, call: AudioCall, output: EarOutput, events: HearingEvents) {
    this.#ground = ground;
    this.#call = call;
    this.#output = output;
    this.#events = events;
  }

  /** Makes the transcriber ready, so that it hears the first word. */
  open(): void {
    if (this.#opened) return;
    this.#opened = true;
    void this.#open().catch((error: unknown) => this.#fail(toTelephonyError(error)));
  }

  /** The caller's audio comes in this format from now on. */
  connect(formatIn: AudioFormat): void {
    this.open();
    if (this.#formatIn && sameFormat(this.#formatIn, formatIn)) return;
    this.#formatIn = formatIn;
    this.#listen();
  }

  /** A frame of the caller's audio. */
  audio(payload: Uint8Array): void {
    if (this.#closed) return;
    this.#ear?.audio(payload);
    if (!this.#session) return this.#keep(payload);
    this.#write(payload);
  }

  /** An utterance begins. Only the first after a silence counts as the begin of playback, in which nothing interrupts. */
  playbackStarted(): void {
    if (!this.#playing) this.#ear?.playbackStarted();
    this.#playing = true;
  }

  /** Nothing of ours is heard any more. */
  playbackEnded(): void {
    this.#playing = false;
    this.#ear?.playbackEnded();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ended.abort();
    this.#ear?.close();
    this.#waiting = [];
    const { log } = this.#ground;
    const held = this.#held;
    const closing = this.#session?.close() ?? Promise.resolve();
    closing.catch((error: unknown) => log.debug("a transcription did not end cleanly", { code: toTelephonyError(error).code })).finally(() => held?.release());
  }

  async #open(): Promise<void> {
    const held = await this.#ground.services.transcriber(this.#call.settings);
    if (this.#closed) return held.release();
    this.#held = held;
    const { transcriber, capabilities } = held.value;
    const { settings } = this.#call;
    const expected = expectedFormat(this.#call.capabilities);
    const format = capabilities.formats.find((one) => sameFormat(one, expected)) ?? capabilities.formats[0] ?? expected;
    this.#sessionFormat = format;
    this.#session = transcriber.open({
      format,
      endSilenceMs: settings.silenceTimeoutMs,
      ...(settings.language !== undefined && { language: settings.language }),
      onEvent: (event) => this.#heard(event),
      signal: this.#ended.signal,
    });
    this.#listen();
  }

  /** Once both ends are known: how the audio gets from one to the other. */
  #listen(): void {
    const { clock, log } = this.#ground;
    const formatIn = this.#formatIn;
    if (!formatIn || !this.#held || !this.#sessionFormat) return;
    this.#transcoder = createTranscoder(formatIn, this.#sessionFormat);
    this.#direct = this.#transcoder.passThrough;
    this.#ear?.close();
    this.#ear = new Ear({
      clock,
      log,
      formatIn,
      output: this.#output,
      capabilities: this.#held.value.capabilities,
      settings: this.#call.settings,
      onEvent: (event) => this.#events.heard(event),
      needsFlush: () => void this.#flush(),
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const payload of waiting) this.#write(payload);
  }

  #write(payload: Uint8Array): void {
    if (this.#direct) return this.#session?.write(payload);
    const transcoder = this.#transcoder;
    if (!transcoder) return this.#keep(payload);
    const audio = transcoder.process(payload);
    if (audio.length > 0) this.#session?.write(audio);
  }

  #keep(payload: Uint8Array): void {
    const limit = MAX_WAITING_MS * 8 * 6;
    this.#waiting.push(new Uint8Array(payload));
    this.#waitingBytes += payload.length;
    while (this.#waitingBytes > limit) this.#waitingBytes -= this.#waiting.shift()?.length ?? 0;
  }

  async #flush(): Promise<void> {
    try {
      await this.#session?.flush();
    } catch (error) {
      this.#ground.log.info("the transcriber did not give its last words", { code: toTelephonyError(error).code });
    }
  }

  #heard(event: TranscriberEvent): void {
    if (this.#closed) return;
    if (event.type === "failed") return this.#fail(event.error);
    this.#ear?.transcript(event);
  }

  #fail(error: TelephonyError): void {
    if (this.#closed) return;
    this.close();
    this.#events.hearingFailed(error);
  }
}
