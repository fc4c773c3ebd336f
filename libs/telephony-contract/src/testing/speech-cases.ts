import { bytesPerSample } from "../audio.ts";
import { isTelephonyError } from "../errors.ts";
import type { Speech, SpeechSynthesizerCapabilities } from "../speech.ts";
import { HarnessError, describeError, ensure, ensureSame } from "./assertions.ts";
import { leakIn, leakInLog, type Confidential } from "./log-recorder.ts";
import type { Outcome } from "./patience.ts";
import type { SpeechFault } from "./speech-harness.ts";
import type { SpeechRuleId } from "./speech-rules.ts";
import { collect, type HeardSpeech, type SpeechSession } from "./speech-session.ts";

/** One thing that a rule asks of a synthesizer. */
export interface SpeechCase {
  readonly rule: SpeechRuleId;
  /** Whether it concerns a synthesizer that can do this. Absent: it concerns every one. */
  readonly applies?: (capabilities: SpeechSynthesizerCapabilities) => boolean;
  readonly run: (session: SpeechSession) => Promise<void>;
}

const TEXT = "Good morning, this is your telephone.";
const OTHER_TEXT = "The train to Ghent leaves at seven.";
/** Something that was certainly said, if it stands in the log. */
const CONFIDENCE = "The password is swordfish.";
const FAULTS: readonly SpeechFault[] = ["empty", "server-error", "unauthorized"];

const streaming = ({ streaming }: SpeechSynthesizerCapabilities) => streaming === true;

/** Everything that is asked of an instance. */
export const SPEECH_CASES: readonly SpeechCase[] = [
  {
    rule: "S1.first-audio",
    async run(session) {
      const { chunks, audio } = await session.hear(TEXT);
      ensure((chunks[0]?.length ?? 0) > 0, "the first chunk is empty: synthesize resolved before there was audio");
      ensureSame(session.service.asked, [TEXT], "texts that the service was asked to speak");
      ensure(audio.length > 0, "there is no audio");
    },
  },
  {
    rule: "S2.format",
    async run(session) {
      compare(await session.hear(TEXT), session, TEXT);
    },
  },
  {
    rule: "S3.no-audio",
    async run(session) {
      session.service.failNext("empty");
      const outcome = await session.ask(TEXT);
      ensure(!outcome.ok, "synthesize resolves although no audio came");
    },
  },
  {
    rule: "S4.aborted",
    async run(session) {
      const outcome = await session.ask(TEXT, AbortSignal.abort());
      await session.patience.settle();
      ensure(!outcome.ok, "a synthesis that was given up before it began is carried out");
      ensureSame(session.service.asked, [], "texts that the service was asked to speak");
    },
  },
  {
    rule: "S4.abort",
    async run(session) {
      const outcome = await givenUp(session, (controller) => controller.abort());
      ensure(!outcome.ok, "a synthesis that was given up resolves");
      ensure(isTelephonyError(outcome.error, "aborted"), `giving up is rejected with ${describeError(outcome.error)}, not aborted`);
    },
  },
  {
    rule: "S4.abort-speaking",
    applies: streaming,
    async run(session) {
      session.service.failNext("stall-in-speech");
      const controller = new AbortController();
      const asked = await session.ask(TEXT, controller.signal);
      ensure(asked.ok, `synthesize is rejected although audio came: ${asked.ok ? "" : describeError(asked.error)}`);
      const reading = settled(collect(asked.value));
      await session.patience.settle();
      controller.abort();
      await atOnce(session, "speech that was given up", reading);
    },
  },
  {
    rule: "S5.instance",
    async run(session) {
      const outcome = await givenUp(session, () => session.instance.abort());
      ensure(!outcome.ok, "a synthesis resolves although its instance is over");
      for (const time of ["first", "second"]) {
        const closed = await session.patience.outcome("close", () => session.synthesizer.close());
        ensure(closed.ok, `the ${time} close is rejected: ${closed.ok ? "" : describeError(closed.error)}`);
      }
    },
  },
  {
    rule: "S6.apart",
    async run(session) {
      const texts = [TEXT, OTHER_TEXT];
      for (const [index, heard] of (await session.hearTogether(texts)).entries()) compare(heard, session, texts[index] ?? "");
    },
  },
  {
    rule: "S7.spoken-by",
    async run(session) {
      const { provider } = (await session.hear(TEXT)).speech.spokenBy;
      ensure(typeof provider === "string" && provider !== "", "spokenBy names no provider");
    },
  },
  {
    rule: "S8.branded",
    async run(session) {
      for (const fault of FAULTS) {
        session.service.failNext(fault);
        const error = await session.failure(TEXT);
        ensure(error !== undefined, `"${fault}" is no failure`);
        ensure(isTelephonyError(error), `"${fault}" is rejected with ${describeError(error)}, which is no error of the contract`);
      }
    },
  },
  {
    rule: "D5.log",
    async run(session) {
      await speakAndFail(session);
      const leak = leakInLog(session.log.lines, confidential(session));
      ensure(leak === undefined, String(leak));
    },
  },
  {
    rule: "D5.messages",
    async run(session) {
      for (const error of await speakAndFail(session)) {
        const leak = leakIn(describeError(error), confidential(session));
        ensure(leak === undefined, `${String(leak)} stands in an error message`);
      }
    },
  },
];

/** Whether what was heard is what the service spoke. */
function compare({ speech, audio }: HeardSpeech, { service }: SpeechSession, text: string): void {
  const spoken = service.spoken(text);
  if (!spoken) throw new HarnessError("the service does not know what it spoke");
  ensureSame(speech.format, spoken.format, "format of the speech");
  ensure(Buffer.from(audio).equals(spoken.audio), `the audio is not what the service spoke: ${audio.length} bytes of ${spoken.audio.length}`);
  ensureSame(audio.length % bytesPerSample(speech.format), 0, "bytes beyond the last whole sample");
}

/** A synthesis whose service never answers, and which `end` ends. */
async function givenUp(session: SpeechSession, end: (controller: AbortController) => void): Promise<Outcome<Speech>> {
  session.service.failNext("stall");
  const controller = new AbortController();
  const asking = settled(session.synthesize(TEXT, controller.signal));
  await session.patience.until(() => session.service.asked.length > 0, "the service is never asked");
  end(controller);
  return atOnce(session, "a synthesis that was given up", asking);
}

/** What work comes to that has no more reason to wait. */
async function atOnce<T>({ clock, patience }: SpeechSession, what: string, work: Promise<Outcome<T>>): Promise<Outcome<T>> {
  const before = clock.monotonic();
  const outcome = await patience.outcome(what, () => work);
  ensureSame(clock.monotonic() - before, 0, `milliseconds that ${what} went on`);
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

/** Outcome of work that nobody waits for yet. */
function settled<T>(work: Promise<T>): Promise<Outcome<T>> {
  return work.then((value) => ({ ok: true, value }), (error: unknown) => ({ ok: false, error }));
}

/** Everything that goes wrong with a text nobody else may read. */
async function speakAndFail(session: SpeechSession): Promise<readonly unknown[]> {
  await session.hear(CONFIDENCE);
  const errors: unknown[] = [];
  for (const fault of FAULTS) {
    session.service.failNext(fault);
    errors.push(await session.failure(CONFIDENCE));
  }
  return errors;
}

function confidential({ subject: { definition, config } }: SpeechSession): Confidential {
  const section = config as Readonly<Record<string, unknown>>;
  const secrets = (definition.secrets ?? []).map((key) => section[key]).filter((value): value is string => typeof value === "string");
  return { secrets, numbers: [], spoken: [CONFIDENCE, "swordfish"] };
}
