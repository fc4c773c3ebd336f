import { describe, expect, it } from "vitest";
import { ConformanceError } from "./assertions.ts";
import { BROKEN_TRANSCRIBERS } from "./fixtures/broken/transcribers.ts";
import { createCollectingRunner } from "./fixtures/collecting-runner.ts";
import { transcriberFixture, type TranscriberSpoil } from "./fixtures/transcriber-subjects.ts";
import { transcriberConformance, type TranscriberConformanceOptions } from "./transcriber-conformance.ts";
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
