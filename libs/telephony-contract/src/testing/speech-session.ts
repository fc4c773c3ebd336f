import { MULAW_8K } from "../audio.ts";
import type { DefinitionOf } from "../registry.ts";
import type { Speech, SpeechSynthesizer } from "../speech.ts";
import { HarnessError, describeError, ensure } from "./assertions.ts";
import { createLogRecorder, type LogRecorder } from "./log-recorder.ts";
import { createPatience, type Outcome, type Patience, type PatienceOptions } from "./patience.ts";
import type { SpeechHarness, SpeechKit, TestSpeechService } from "./speech-harness.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** The synthesizer that is tried. */
export interface SpeechSubject extends PatienceOptions {
  readonly definition: DefinitionOf<"speech-synthesizer">;
  /** A section of the configuration that is valid, with every secret filled by something unmistakable. */
  readonly config: unknown;
  /** Sections that are not, each with the key that the refusal has to name. At least one. */
  readonly invalidConfigs: readonly { readonly config: unknown; readonly key: string }[];
  /** Makes an instance's surroundings; asked once for every case. */
  readonly harness: (kit: SpeechKit) => Promise<SpeechHarness> | SpeechHarness;
}

/** Speech whose audio was read to its end. */
export interface HeardSpeech {
  readonly speech: Speech;
  readonly chunks: readonly Uint8Array[];
  /** All of it, joined. */
  readonly audio: Uint8Array;
}

/** One instance of the synthesizer on its service. One case, one session. */
export class SpeechSession {
  readonly clock: VirtualClock = createVirtualClock();
  readonly log: LogRecorder = createLogRecorder();
  /** Ends the instance. */
  readonly instance = new AbortController();
  readonly patience: Patience;
  synthesizer!: SpeechSynthesizer;
  service!: TestSpeechService;
  #harness!: SpeechHarness;

  private constructor(readonly subject: SpeechSubject) {
    this.patience = createPatience(this.clock, subject);
  }

  /** Makes an instance. */
  static async open(subject: SpeechSubject): Promise<SpeechSession> {
    const session = new SpeechSession(subject);
    const { clock, log, instance } = session;
    session.#harness = await subject.harness({ clock });
    session.service = session.#harness.service;
    session.synthesizer = await session.#harness.create({ clock, log, signal: instance.signal });
    return session;
  }

  /** Asks for a text. The wait is the caller's. */
  synthesize(text: string, signal: AbortSignal = new AbortController().signal): Promise<Speech> {
    return this.synthesizer.synthesize({ text, preferred: MULAW_8K, signal });
  }

  /** Asks for a text, and waits for its first audio or its refusal. */
  async ask(text: string, signal?: AbortSignal): Promise<Outcome<Speech>> {
    return this.patience.outcome("synthesize", () => this.synthesize(text, signal));
  }

  /** Speaks a text to its end, where nothing stands in the way. */
  async hear(text: string): Promise<HeardSpeech> {
    const [heard] = await this.hearTogether([text]);
    if (!heard) throw new HarnessError("nothing was asked");
    return heard;
  }

  /** Speaks several texts at the same time. */
  async hearTogether(texts: readonly string[]): Promise<readonly HeardSpeech[]> {
    const heard = await this.patience.outcome("the speech", () => Promise.all(texts.map(async (text) => collect(await this.synthesize(text)))));
    ensure(heard.ok, `the speech fails: ${heard.ok ? "" : describeError(heard.error)}`);
    return heard.value;
  }

  /** How a text fails, in whichever of the two places: at its first audio, or in the middle of it. */
  async failure(text: string): Promise<unknown> {
    const outcome = await this.patience.outcome("the speech", async () => collect(await this.synthesize(text)));
    return outcome.ok ? undefined : outcome.error;
  }

  async end(): Promise<void> {
    this.instance.abort();
    const closed = await this.patience.outcome("close", () => this.synthesizer.close());
    await this.#harness.close?.();
    ensure(closed.ok, `close is rejected: ${closed.ok ? "" : describeError(closed.error)}`);
  }
}

/** Reads speech to its end. A chunk is valid when it comes; what is kept is copied, as the telephone does. */
export async function collect(speech: Speech): Promise<HeardSpeech> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of speech.audio) chunks.push(new Uint8Array(chunk));
  return { speech, chunks, audio: join(chunks) };
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
