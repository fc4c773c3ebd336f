import { describe, expect, it } from "vitest";
import { ConformanceError } from "./assertions.ts";
import { carrierConformance } from "./carrier-conformance.ts";
import { BROKEN_CALLS } from "./fixtures/broken/calls.ts";
import { BROKEN_MEDIA } from "./fixtures/broken/media.ts";
import { BROKEN_REQUESTS } from "./fixtures/broken/requests.ts";
import { createCollectingRunner } from "./fixtures/collecting-runner.ts";
import { fixture } from "./fixtures/subjects.ts";
import { CARRIER_RULE_IDS } from "./rules.ts";

const BROKEN = [...BROKEN_CALLS, ...BROKEN_REQUESTS, ...BROKEN_MEDIA];

describe("the conformance kit catches a carrier that", () => {
  for (const { rule, flow, fault, spoil, also = [] } of BROKEN) {
    it(`${fault} (${rule}, ${flow})`, async () => {
      const runner = createCollectingRunner();
      carrierConformance({ ...fixture(flow, spoil), runner });
      const failed = (await runner.run()).filter(({ error }) => error !== undefined);
      expect(failed.map((one) => one.rule).sort(), failed.map(({ error }) => String(error)).join("\n")).toEqual([rule, ...also].sort());
      for (const { error } of failed) expect(error).toBeInstanceOf(ConformanceError);
    });
  }
});

it("every rule has a carrier that breaks it", () => {
  const broken: ReadonlySet<string> = new Set(BROKEN.map(({ rule }) => rule));
  expect(CARRIER_RULE_IDS.filter((rule) => !broken.has(rule))).toEqual([]);
});
