import { describe, expect, it } from "vitest";
import { ConformanceError, HarnessError } from "./assertions.ts";
import { BROKEN_TRANSCRIBERS } from "./fixtures/broken/transcribers.ts";
import { createCollectingRunner } from "./fixtures/collecting-runner.ts";
import { TRANSCRIBER_CAPABILITIES } from "./fixtures/fake-transcriber.ts";
import { transcriberFixture, type TranscriberSpoil } from "./fixtures/transcriber-subjects.ts";
import { transcriberConformance, type TranscriberConformanceOptions } from "./transcriber-conformance.ts";
import type { TestTranscriptionSession } from "./transcriber-harness.ts";
import { TRANSCRIBER_RULE_IDS } from "./transcriber-rules.ts";

transcriberConformance({ ...transcriberFixture(), runner: { describe, it } });

async function tryOut(spoil: TranscriberSpoil, more: Partial<TranscriberConformanceOptions> = {}) {
  const runner = createCollectingRunner();
  transcriberConformance({ ...transcriberFixture(spoil), ...more, runner });
  const failed = (await runner.run()).filter(({ error }) => error !== undefined);
  return { names: runner.names, failed, lines: failed.map(({ name, error }) => `${name}: ${String(error)}`) };
}

describe("the conformance kit catches a transcriber that", () => {
  for (const { rule, fault, spoil, also = [] } of BROKEN_TRANSCRIBERS) {
    it(`${fault} (${rule})`, async () => {
      const { failed, lines } = await tryOut(spoil);
      expect(failed.map((one) => one.rule).sort(), lines.join("\n")).toEqual([rule, ...also].sort());
      for (const { error } of failed) expect(error).toBeInstanceOf(ConformanceError);
    });
  }
});

it("every rule has a transcriber that breaks it", () => {
  const broken: ReadonlySet<string> = new Set(BROKEN_TRANSCRIBERS.map(({ rule }) => rule));
  expect(TRANSCRIBER_RULE_IDS.filter((rule) => !broken.has(rule))).toEqual([]);
});

const hasty: TranscriberSpoil = { habits: { asksForLastResults: false } };
const ALONE = { formats: TRANSCRIBER_CAPABILITIES.formats, endOfTurn: "engine" } as const;

/** A service whose connections lack something. */
const lacks = (...members: (keyof TestTranscriptionSession)[]): TranscriberSpoil => ({
  service(service) {
    const connect = service.connect.bind(service);
    service.connect = (...request) => {
      const wire = connect(...request);
      for (const member of members) Object.assign(service.sessions.at(-1) ?? {}, { [member]: undefined });
      return wire;
    };
  },
});

describe("a deviation of a transcriber", () => {
  it("stands as a passing case that names its reason", async () => {
    const { names, lines } = await tryOut(hasty, { deviations: [{ rule: "T8.last-results", reason: "Acme has no last words" }] });
    expect(lines).toEqual([]);
    expect(names.filter((name) => name.startsWith("T8.last-results"))).toEqual(["T8.last-results deviates: Acme has no last words"]);
  });

  it.each([
    ["kept", {}, {}, "T8.last-results is kept: take the deviation away"],
    ["not its concern by its capabilities", {}, { capabilities: ALONE }, "T6.eager does not concern this transcriber"],
    ["not its concern by its service", lacks("expire"), {}, "T10.expired does not concern this transcriber"],
  ] as const)("fails where the rule is %s", async (_what, spoil, more, line) => {
    const rule = line.split(" ")[0] as "T6.eager";
    const { lines, failed } = await tryOut(spoil, { ...more, deviations: [{ rule, reason: "why not" }] });
    expect(lines).toEqual([expect.stringContaining(line)]);
    expect(failed[0]?.error).toBeInstanceOf(HarnessError);
  });

  it("fails without a reason, for a rule that there is not, and when it is stated twice", async () => {
    const deviations = [{ rule: "T8.last-results", reason: " " }, { rule: "T99" as never, reason: "why not" }, { rule: "T5.repeated", reason: "a" }, { rule: "T5.repeated", reason: "b" }] as const;
    const { lines } = await tryOut(hasty, { deviations });
    expect(lines).toEqual([
      expect.stringContaining("deviation from T8.last-results: a reason is missing"),
      expect.stringContaining('deviation from "T99": there is no such rule'),
      expect.stringContaining("deviation from T5.repeated: stated twice"),
      expect.stringContaining("T5.repeated is kept"),
    ]);
  });

  it("is not proven by a harness that fails", async () => {
    const { lines, failed } = await tryOut({}, { deviations: [{ rule: "T5.repeated", reason: "why not" }], harness: () => Promise.reject(new TypeError("the service fell over")) });
    expect(lines.find((line) => line.startsWith("T5.repeated"))).toContain("the service fell over");
    expect(failed.length).toBeGreaterThan(20);
  });
});

describe("the conformance kit for transcribers", () => {
  it("asks of a transcriber only what it declares", async () => {
    const { names, lines } = await tryOut(lacks("speechStarts", "partial", "eager", "resumed", "failItem", "finalsReversed", "expire"), { capabilities: ALONE });
    expect(lines).toEqual([]);
    expect(names.map((name) => name.split(" ")[0])).not.toContain("T4.partials");
  });

  it("needs of a service what the capabilities declare", async () => {
    const { lines, failed } = await tryOut(lacks("eager", "speechStarts"));
    expect(lines).toEqual([expect.stringMatching(/^T3\.speech-start.*has no speechStarts\(\)/), expect.stringMatching(/^T6\.eager.*has no eager\(\)/)]);
    for (const { error } of failed) expect(error).toBeInstanceOf(HarnessError);
  });

  it("wants every secret filled, and an invalid configuration", async () => {
    const { lines } = await tryOut({ definition: (correct) => ({ ...correct, secrets: ["token", "another"] }) }, { invalidConfigs: [] });
    expect(lines).toEqual([
      expect.stringContaining("at least one invalid configuration is needed"),
      expect.stringContaining("has to fill every secret: token, another"),
      expect.stringContaining("has to fill every secret: token, another"),
    ]);
  });

  it("takes a transcriber that refuses to be made for one that breaks rules", async () => {
    const { failed } = await tryOut({
      transcriber: () => {
        throw new TypeError("no");
      },
    });
    for (const { error } of failed) expect(String(error)).toContain("create was refused: TypeError: no");
    expect(failed.length).toBeGreaterThan(20);
  });

  it("works with a runner that has nothing but it", () => {
    const names: string[] = [];
    transcriberConformance({ ...transcriberFixture(), runner: { it: (name) => void names.push(name) } });
    expect(names).toHaveLength(TRANSCRIBER_RULE_IDS.length);
  });
});
