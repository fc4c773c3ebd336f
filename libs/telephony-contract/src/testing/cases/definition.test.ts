import { expect, it } from "vitest";
import { MULAW_8K } from "../../audio.ts";
import type { CarrierCapabilities } from "../../capabilities.ts";
import { EMITTING_CAPABILITIES, PUSH_CAPABILITIES } from "../fixtures/push-carrier.ts";
import { PULL_CAPABILITIES } from "../fixtures/pull-carrier.ts";
import { contradictionIn } from "./definition.ts";

const LIVE = { native: "yes" } as const;
const PLAIN: CarrierCapabilities = { flow: "push", audioModes: ["native"], outbound: true, steps: { say: LIVE } };

it("capabilities that can all be true have no contradiction", () => {
  for (const capabilities of [PLAIN, PULL_CAPABILITIES, PUSH_CAPABILITIES, EMITTING_CAPABILITIES]) expect(contradictionIn(capabilities)).toBeUndefined();
});

it.each<[string, Partial<CarrierCapabilities>]>([
  ["neither inbound nor outbound is declared", { outbound: false }],
  ["audioModes is empty", { audioModes: [] }],
  ["listen and steps.listen are declared together", { listen: { speech: true, proof: "echoed" } }],
  ["listen and steps.listen are declared together", { steps: { say: LIVE, listen: LIVE } }],
  ["listen takes neither speech nor digits", { listen: { proof: "echoed" }, steps: { say: LIVE, listen: LIVE } }],
  ['"native" needs the step say', { steps: {} }],
  ["a pull carrier needs the step pause", { flow: "pull" }],
  ["dtmfOut.native is a command without", { dtmfOut: { native: "command" } }],
  ["dtmfOut.media is a command without", { dtmfOut: { media: "command" }, steps: { say: LIVE, sendDigits: LIVE } }],
  ["media.formats is empty", { media: { transport: "attached", formats: [], recovery: "none" } }],
  ["media needs the step connectMedia", { media: { transport: "attached", formats: [MULAW_8K], recovery: "none" } }],
  ["inbound push calls need the step answer", { inbound: true }],
])("names what cannot be true together: %s", (contradiction, change) => {
  expect(contradictionIn({ ...PLAIN, ...change })).toContain(contradiction);
});
