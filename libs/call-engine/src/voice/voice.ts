import { TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import type { SpeechWriter } from "./delivery.ts";
import { MadeAhead } from "./made-ahead.ts";
import { SourceOrder, attemptOf, describeAttempts, type Attempt } from "./source-order.ts";
import type { SpeechKey } from "./speech-cache.ts";
import { splitText, spokenForm } from "./spoken-form.ts";
import { Synthesis } from "./synthesis.ts";
import type { SpeechSink, SpokenBy, VoiceLimits, VoiceOptions, VoiceSource } from "./types.ts";

/**
 * Syntheses at a time: while the caller hears one sentence, the next is made. A third would be made for nothing
 * whenever the caller interrupts, and is paid for.
 */
const AT_ONCE = 2;

/** Texts that wait to be made: more than any answer has, and soon reached by a defect. */
const MAX_WAITING = 500;

const LIMITS: VoiceLimits = { firstAudioMs: 10_000, stallMs: 5000 };

/** A text to be spoken into a sink. */
interface Job {
  readonly text: string;
  readonly sink: SpeechSink;
  /** Whether it goes into the cache. */
  readonly keep: boolean;
  /** Id of the utterance; nothing is told of what has none. */
  readonly id: string | undefined;
  /** What speaks it at the moment. */
  synthesis: Synthesis | undefined;
}

/**
 * The voice of one call: turns texts into audio, in order, by the first of its sources that can. Nothing here throws;
 * what cannot be spoken ends as a failed utterance and is told by `onFailed`.
 */
export class Voice {
  readonly #options: VoiceOptions;
  readonly #order: SourceOrder;
  readonly #waiting: Job[] = [];
  readonly #running = new Set<Job>();
  /** What is made ahead at the moment. */
  #ahead: readonly MadeAhead[] = [];
  #speaker = "";
  #failureLogged = false;
  #closed = false;

  constructor(options: VoiceOptions) {
    this.#options = options;
    this.#order = new SourceOrder(options);
  }

  /**
   * Speaks a text into an utterance. A text without words, such as a picture, is an utterance that ends at once. An
   * utterance that is skipped ends its synthesis.
   */
  speak(text: string, utterance: SpeechSink & { readonly id: string }, { keep = false }: { readonly keep?: boolean } = {}): void {
    if (this.#closed) return utterance.fail();
    const spoken = spokenForm(text);
    if (spoken === "") return utterance.end();
    const job: Job = { text: spoken, sink: utterance, keep, id: utterance.id, synthesis: undefined };
    const ahead = this.#ahead.find((one) => one.text === spoken);
    if (!ahead) return this.#add(job);
    ahead.follow({
      sink: utterance,
      failed: (begun) => (begun ? this.#fail(job, new TelephonyError("unavailable", "speech that was made ahead broke off", { retryable: true })) : this.#add(job)),
    });
  }

  /**
   * Makes a text ahead, so that it can be heard at once: the greeting, while the phone rings. The sources are made ready in
   * any case, so an empty text is worth preparing, too.
   */
  prepare(text: string): void {
    if (this.#closed) return;
    this.#order.now().catch(() => undefined);
    const spoken = spokenForm(text);
    if (spoken === "" || this.#ahead.some((one) => one.text === spoken)) return;
    const sink = new MadeAhead(spoken, () => (this.#ahead = this.#ahead.filter((one) => one !== sink)));
    this.#ahead = [...this.#ahead, sink];
    this.#add({ text: spoken, sink, keep: true, id: undefined, synthesis: undefined });
  }

  /** The call is over. What is not spoken yet ends as failed, and is not told. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#order.close();
    for (const { synthesis } of this.#running) synthesis?.abort();
    for (const { sink } of [...this.#waiting.splice(0), ...this.#running]) sink.fail();
  }

  #add(job: Job): void {
    if (this.#closed) return job.sink.fail();
    if (this.#waiting.length >= MAX_WAITING) return this.#giveUp(job, new TelephonyError("unavailable", `more than ${MAX_WAITING} texts wait to be spoken`));
    this.#waiting.push(job);
    this.#next();
  }

  #next(): void {
    while (this.#running.size < AT_ONCE) {
      const job = this.#waiting.shift();
      if (!job) return;
      if (job.sink.signal.aborted) continue;
      this.#run(job).catch((error: unknown) => this.#options.log.error("a defect in the voice of a call", { code: toTelephonyError(error).code }));
    }
  }

  /**
   * Tries the sources in their order until the whole text is written. This one function waits for the audio, since each that
   * waits for another is half a kilobyte of every call that speaks.
   */
  async #run(job: Job): Promise<void> {
    this.#running.add(job);
    const attempts: Attempt[] = [];
    let rest = job.text;
    try {
      for (const source of await this.#order.now()) {
        const written = new Written(job, rest === job.text);
        try {
          for (const part of splitText(rest, source.capabilities.maxChars)) {
            if (this.#isOver(job)) return;
            written.part = 0;
            const made = this.#options.cache.get(this.#key(source, part));
            if (made) {
              await written.again(made);
            } else {
              const synthesis = (job.synthesis = new Synthesis(this.#options.clock, job.sink.signal));
              try {
                const intake = await this.#begin(synthesis, source, part, written);
                await intake.all();
              } finally {
                synthesis.end();
              }
            }
            rest = rest.slice(part.length).trimStart();
          }
          written.keepIn(this.#options.cache, this.#key(source, job.text));
          this.#order.spoke(source);
        } catch (error) {
          if (this.#isOver(job)) return;
          const attempt = attemptOf(source, error);
          attempts.push(attempt);
          this.#order.failed(source, attempt);
          // Nobody can tell another source where in a sentence to go on.
          if (written.part > 0) throw new TelephonyError("unavailable", `speech broke off: ${describeAttempts(attempts)}`, { retryable: true, cause: error });
          continue;
        }
        if (!this.#isOver(job)) job.sink.end();
        return;
      }
      throw new TelephonyError("unavailable", `no voice could speak: ${describeAttempts(attempts)}`, { retryable: true });
    } catch (error) {
      if (!this.#isOver(job)) this.#giveUp(job, toTelephonyError(error));
    } finally {
      this.#running.delete(job);
      this.#next();
    }
  }

  #begin(synthesis: Synthesis, source: VoiceSource, text: string, writer: SpeechWriter) {
    const { preferred, voice, language, limits } = this.#options;
    return synthesis.begin({
      source,
      text,
      preferred,
      ...(voice !== undefined && { voice }),
      ...(language !== undefined && { language }),
      limits: { ...LIMITS, ...limits },
      onFirstAudio: this.#heard,
      writer,
    });
  }

  /** Whether nobody wants it any more. */
  #isOver({ sink }: Job): boolean {
    return this.#closed || sink.signal.aborted;
  }

  #key(source: VoiceSource, text: string): SpeechKey {
    const { preferred: format, voice, language } = this.#options;
    return { source, text, format, voice, language };
  }

  readonly #heard = (by: SpokenBy): void => {
    const speaker = `${by.source}\0${by.provider}\0${by.voice ?? ""}`;
    if (speaker === this.#speaker) return;
    this.#speaker = speaker;
    this.#options.onSpokenBy?.(by);
  };

  #giveUp(job: Job, error: TelephonyError): void {
    if (!this.#failureLogged) {
      this.#failureLogged = true;
      this.#options.log.warn("a text could not be spoken on this call", { characters: job.text.length, code: error.code, fault: error.message });
    }
    this.#fail(job, error);
  }

  #fail({ sink, id }: Job, error: TelephonyError): void {
    sink.fail();
    if (id !== undefined && !this.#closed) this.#options.onFailed?.(id, error);
  }
}

/** What one source has written of a text. */
class Written implements SpeechWriter {
  /** Bytes of the part that it speaks now. */
  part = 0;
  readonly #sink: SpeechSink;
  #kept: Uint8Array[] | undefined;

  constructor({ sink, keep }: Job, whole: boolean) {
    this.#sink = sink;
    // What two sources spoke together is nobody's voice.
    if (keep && whole) this.#kept = [];
  }

  /** Resolves when more can be written; nothing where that is at once. */
  write(audio: Uint8Array): Promise<void> | undefined {
    this.part += audio.length;
    // Not by `slice`, which makes no copy of a Buffer.
    this.#kept?.push(new Uint8Array(audio));
    return this.#sink.write(audio) ? undefined : this.#sink.writable();
  }

  /** Audio that is kept already. */
  async again(audio: Uint8Array): Promise<void> {
    await this.write(audio);
    this.#kept = undefined;
  }

  keepIn(cache: VoiceOptions["cache"], key: SpeechKey): void {
    if (this.#kept) cache.set(key, Buffer.concat(this.#kept));
  }
}
