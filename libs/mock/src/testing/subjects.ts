import { DEFAULT_PEOPLE } from "@openclaw/phone-network";
import type { CarrierSubject } from "@openclaw/phone-network/wire";
import type { CarrierDefinition } from "@openclaw/telephony-contract";
import { capabilities } from "../capabilities.ts";
import { mockDefinition } from "../definition.ts";
import type { MockConfig, MockFlow } from "../settings.ts";
import { harness } from "./harness.ts";

const FLOWS: readonly MockFlow[] = ["pull", "push", "emit"];

/** The mock as the conformance kit tries it, once in each of its flows. */
export const subjects: readonly CarrierSubject[] = FLOWS.map((flow) => {
  const config: MockConfig = { ...DEFAULT_PEOPLE, flow, speakingMsPerWord: 0, ringMs: 0 };
  // As data for this flow: the kit asks for capabilities before it can wait for a schema that is imported.
  const definition: CarrierDefinition<MockConfig> = { ...mockDefinition, capabilities: capabilities(config) };
  return {
    name: `The mock (${flow})`,
    definition,
    config,
    invalidConfigs: [
      { config: { flow: "sideways" }, key: "flow" },
      { config: { ringMs: -1 }, key: "ringMs" },
      { config: { script: [{ shout: "Hello" }] }, key: "script" },
      { config: { script: [{ say: "Hello" }, { press: "12x" }] }, key: "press" },
    ],
    harness: (kit) => harness(config, kit),
  };
});
