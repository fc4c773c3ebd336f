import { describe, expect, it } from "vitest";
import { MULAW_8K } from "../audio.ts";
import type { SchemaIssue } from "../definition.ts";
import { TelephonyError } from "../errors.ts";
import type { Speech, SpeechRequest, SpeechSynthesizer } from "../speech.ts";
import { ConformanceError } from "./assertions.ts";
import { createCollectingRunner } from "./fixtures/collecting-runner.ts";
import { VALID_SETTINGS, type FakeSettings } from "./fixtures/settings.ts";
import { createFakeSynthesizer, speechFixture, type SpoiltSpeech } from "./fixtures/speech.ts";
import { speechConformance } from "./speech-conformance.ts";
import { SPEECH_RULE_IDS, type SpeechRuleId } from "./speech-rules.ts";

speechConformance({ ...speechFixture(), runner: { describe, it } });

/** A synthesizer that breaks one rule, and those that nobody can break this way without. */
interface Broken extends SpoiltSpeech {
  readonly rule: SpeechRuleId;
  readonly fault: string;
  readonly also?: readonly SpeechRuleId[];
}

type Synthesize = SpeechSynthesizer["synthesize"];

/** Does something else with a request. */
const asks = (replace: (request: SpeechRequest, correct: Synthesize) => Promise<Speech>): SpoiltSpeech => ({
  synthesizer: (correct) => ({ synthesize: (request) => replace(request, correct.synthesize) }),
});

/** Hands on other speech than came. */
const speaks = (edit: (speech: Speech) => Partial<Speech>): SpoiltSpeech =>
  asks(async (request, correct) => {
    const speech = await correct(request);
    return { ...speech, ...edit(speech) };
  });

async function* edited(audio: AsyncIterable<Uint8Array>, edit: (chunk: Uint8Array, index: number) => readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  let index = 0;
  for await (const chunk of audio) yield* edit(chunk, index++);
}

const NOTHING: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) };
const codeOf = (error: unknown) => (error as TelephonyError).code;

/** Finds these faults with a configuration. */
const section = (issues: (value: Readonly<Record<string, unknown>>) => readonly SchemaIssue[]): SpoiltSpeech => ({
  definition: (correct) => ({
    ...correct,
    config: {
      "~standard": {
        version: 1,
        vendor: "fixtures",
        validate(value) {
          const found = issues(value as Readonly<Record<string, unknown>>);
          return found.length > 0 ? { issues: found } : { value: value as FakeSettings };
        },
      },
    },
  }),
});

/** Issues with keys that nobody knows. */
const known = (value: object): readonly SchemaIssue[] => ("conformanceUnknownKey" in value ? [{ message: "conformanceUnknownKey" }] : []);

function closesOnce(): Partial<SpeechSynthesizer> {
  let closed = false;
  return {
    async close() {
      if (closed) throw new Error("closed already");
      closed = true;
    },
  };
}

const BROKEN: readonly Broken[] = [
  { rule: "S1.first-audio", fault: "begins with an empty chunk", ...speaks(({ audio }) => ({ audio: edited(audio, (chunk, index) => (index === 0 ? [chunk.subarray(0, 0), chunk] : [chunk])) })) },
  { rule: "S1.first-audio", fault: "asks twice", ...asks(async (request, correct) => (await correct(request)) && correct(request)) },
  { rule: "S2.format", fault: "tells another format", ...speaks(() => ({ format: MULAW_8K })), also: ["S6.apart"] },
  { rule: "S2.format", fault: "drops what is less than a sample at the end of a chunk", ...speaks(({ audio }) => ({ audio: edited(audio, (chunk) => [chunk.subarray(0, chunk.length & ~1)]) })), also: ["S6.apart"] },
  {
    rule: "S3.no-audio",
    fault: "takes no audio for a success",
    ...asks(async (request, correct) => {
      try {
        return await correct(request);
      } catch (error) {
        if (codeOf(error) === "unavailable" && String(error).includes("no audio")) return { format: MULAW_8K, audio: edited(NOTHING, () => []), spokenBy: { provider: "fake" } };
        throw error;
      }
    }),
    also: ["S8.branded"],
  },
  { rule: "S4.aborted", fault: "asks for what was given up already", ...asks((request, correct) => correct({ ...request, signal: new AbortController().signal })), also: ["S4.abort", "S4.abort-speaking"] },
  {
    rule: "S4.abort",
    fault: "calls giving up a time-out",
    ...asks(async (request, correct) => {
      try {
        return await correct(request);
      } catch (error) {
        throw codeOf(error) === "aborted" ? new TelephonyError("timeout", "the service takes too long") : error;
      }
    }),
  },
  {
    rule: "S4.abort-speaking",
    fault: "goes on waiting for audio that nobody wants",
    ...asks(async (request, correct) => {
      const controller = new AbortController();
      const giveUp = () => controller.abort();
      if (request.signal.aborted) giveUp();
      request.signal.addEventListener("abort", giveUp);
      const speech = await correct({ ...request, signal: controller.signal });
      request.signal.removeEventListener("abort", giveUp);
      return speech;
    }),
  },
  {
    rule: "S5.instance",
    fault: "outlives its instance",
    synthesizer: (_correct, { service, context }) => createFakeSynthesizer(service, { ...context, signal: new AbortController().signal }),
  },
  { rule: "S5.instance", fault: "cannot be closed twice", synthesizer: closesOnce },
  {
    rule: "S6.apart",
    fault: "speaks what was asked last",
    synthesizer(correct) {
      let last = "";
      return {
        async synthesize(request) {
          last = request.text;
          await Promise.resolve();
          return correct.synthesize({ ...request, text: last });
        },
      };
    },
  },
  { rule: "S7.spoken-by", fault: "does not say who spoke", ...speaks(() => ({ spokenBy: { provider: "" } })) },
  {
    rule: "S8.branded",
    fault: "rejects with an error of its own",
    ...asks((request, correct) =>
      correct(request).catch((error: unknown) => {
        throw codeOf(error) === "auth-failed" ? new Error("401") : error;
      }),
    ),
  },
  { rule: "C24.definition", fault: "has an id that cannot be registered", definition: (correct) => ({ ...correct, id: "Fake Speech" }) },
  { rule: "C24.definition", fault: "can produce nothing", definition: (correct) => ({ ...correct, capabilities: { formats: [] } }) },
  { rule: "C24.valid-config", fault: "refuses what is valid", ...section(() => [{ message: "no token, no conformanceUnknownKey" }]) },
  {
    rule: "C24.invalid-config",
    fault: "does not name the wrong key",
    ...section((value) => (value["token"] === 7 ? [{ message: "something is wrong" }] : known(value))),
  },
  { rule: "C24.unknown-key", fault: "takes any key", ...section((value) => (value["token"] === 7 ? [{ message: "token" }] : [])) },
  {
    rule: "D5.log",
    fault: "logs what it says",
    synthesizer: (correct, { context }) => ({
      synthesize(request) {
        context.log.debug("speaking", { text: request.text });
        return correct.synthesize(request);
      },
    }),
  },
  {
    rule: "D5.messages",
    fault: "tells its token when the service is down",
    ...asks((request, correct) =>
      correct(request).catch((error: unknown) => {
        throw codeOf(error) === "unavailable" ? new TelephonyError("unavailable", `asked with ${VALID_SETTINGS.token}`) : error;
      }),
    ),
  },
];

describe("the conformance kit catches a synthesizer that", () => {
  for (const { rule, fault, also = [], ...spoil } of BROKEN) {
    it(`${fault} (${rule})`, async () => {
      const runner = createCollectingRunner();
      speechConformance({ ...speechFixture(spoil), runner });
      const failed = (await runner.run()).filter(({ error }) => error !== undefined);
      expect(failed.map((one) => one.rule).sort(), failed.map(({ error }) => String(error)).join("\n")).toEqual([rule, ...also].sort());
      for (const { error } of failed) expect(error).toBeInstanceOf(ConformanceError);
    });
  }

  it("every rule has a synthesizer that breaks it", () => {
    const broken: ReadonlySet<string> = new Set(BROKEN.map(({ rule }) => rule));
    expect(SPEECH_RULE_IDS.filter((rule) => !broken.has(rule))).toEqual([]);
  });
});

describe("a synthesizer that does not stream", () => {
  it("is not asked to end in the middle", () => {
    const runner = createCollectingRunner();
    speechConformance({ ...speechFixture({ definition: (correct) => ({ ...correct, capabilities: { formats: [MULAW_8K] } }) }), runner });
    expect(runner.names.filter((name) => name.startsWith("S4."))).toHaveLength(2);
  });
});
