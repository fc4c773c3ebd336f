import { CONTRACT, type CarrierDefinition } from "@openclaw/telephony-contract";
import { lazySchema } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { MockConfig } from "./settings.ts";

/** The mock as it is registered. The network itself is imported when a configuration selects it. */
export const mockDefinition: CarrierDefinition<MockConfig> = {
  contract: CONTRACT,
  kind: "carrier",
  id: "mock",
  label: "Mock (a telephone network inside the process)",
  config: lazySchema(async () => (await import("./config.ts")).configSchema),
  capabilities,
  create: async (config, context) => (await import("./carrier/mock.ts")).createMock(config, context).carrier,
};
