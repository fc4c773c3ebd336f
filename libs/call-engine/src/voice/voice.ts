import { TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import type { Intake } from "./intake.ts";
import { Job } from "./job.ts";
import { MadeAhead } from "./made-ahead.ts";
import { SourceOrder, attemptOf, describeAttempts, type Attempt } from "./source-order.ts";
import type { SpeechKey } from "./speech-cache.ts";
import { spokenForm } from "./spoken-form.ts";
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

/**
 * The voice of one call: turns texts into audio, in order, by the first of its sources that can. Nothing here throws;
 * what cannot be spoken ends as a failed utterance and is told by `onFailed`.
 */
export class Voice {
  readonly #options: VoiceOptions;
  readonly #order: SourceOrder;
  readonly #waiting: Job[] = [];
  /** What is made at the moment, {@link AT_ONCE} at most. */
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
    const job = new Job({ text: spoken, sink: utterance, keep, id: utterance.id });
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
    this.#add(new Job({ text: spoken, sink, keep: true }));
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
      void this.#run(job);
    }
  }

  /**
   * Tries the sources in their order until the whole text is written. Never rejects. It alone waits while audio comes: each
   * function that waits is half a kilobyte of every call that speaks.
   */
  async #run(job: Job): Promise<void> {
    const attempts: Attempt[] = [];
    this.#running.add(job);
    try {
      const sources = await this.#order.now();
      while (!job.done) {
        if (this.#isOver(job)) return;
        // Every source that could not speak was an attempt.
        const source = sources[attempts.length];
        if (!source) throw new TelephonyError("unavailable", `no voice could speak: ${describeAttempts(attempts)}`, { retryable: true });
        try {
          const part = job.nextPart(source.capabilities.maxChars);
          try {
            const intake = await this.#begin(job, source, part);
            await intake?.all();
          } finally {
            job.endSynthesis();
          }
          job.spoke(part);
          if (job.done) this.#spoken(job, source);
        } catch (error) {
          if (this.#isOver(job)) return;
          const attempt = attemptOf(source, error);
          attempts.push(attempt);
          this.#order.failed(source, attempt);
          // Nobody can tell another source where in a sentence to go on.
          if (job.inPart) throw new TelephonyError("unavailable", `speech broke off: ${describeAttempts(attempts)}`, { retryable: true, cause: error });
          job.changeSource();
        }
      }
      if (!this.#isOver(job)) job.sink.end();
    } catch (error) {
      this.#brokeOff(job, error);
    } finally {
      this.#running.delete(job);
      this.#next();
    }
  }

  /** Has a source begin with a part. Resolves to what is to take its audio: to nothing where that was kept, and is written. */
  async #begin(job: Job, source: VoiceSource, text: string): Promise<Intake | undefined> {
    const { clock, preferred, voice, language, limits, cache } = this.#options;
    const made = cache.get(this.#key(source, text));
    if (made) {
      await job.again(made);
      return undefined;
    }
    job.synthesis = new Synthesis(clock, job.sink.signal);
    return job.synthesis.begin({
      source,
      text,
      preferred,
      ...(voice !== undefined && { voice }),
      ...(language !== undefined && { language }),
      limits: { ...LIMITS, ...limits },
      onFirstAudio: this.#heard,
      writer: job,
    });
  }

  #spoken(job: Job, source: VoiceSource): void {
    job.keepIn(this.#options.cache, this.#key(source, job.text));
    this.#order.spoke(source);
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

  /** Never throws, also where whoever is told of it does. */
  #brokeOff(job: Job, error: unknown): void {
    try {
      if (!this.#isOver(job)) this.#giveUp(job, toTelephonyError(error));
    } catch (defect) {
      this.#options.log.error("a defect in the voice of a call", { code: toTelephonyError(defect).code });
    }
  }

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
