import { providerPlugin } from "@openclaw/telephony-kit";
import { mockDefinition } from "@openclaw/voice-call-mock";
import mockPackage from "@openclaw/voice-call-mock/package.json" with { type: "json" };
import type { OpenClawPluginDefinition } from "openclaw/plugin-sdk/plugin-entry";
import { registerCommands } from "./cli/register.ts";
import type { HostApi } from "./host/api.ts";
import { registerGatewayMethods } from "./rpc/register.ts";
import { telephoneService } from "./runtime/service.ts";
import { registerTool } from "./tool/register.ts";

const identity = {
  id: "voice-call",
  name: "Voice Call",
  description: "A telephone for the agent: places and takes calls, speaks, listens and keeps a record.",
};

/** The carrier that comes along, registered as its own package would, so that having both is no conflict. */
const mock = providerPlugin({ ...identity, package: { name: mockPackage.name, version: mockPackage.version }, providers: [mockDefinition] });

/**
 * What the host evaluates at every load, several times in a process. It only says what there is; whatever is heavy is
 * imported when a telephone starts or a command runs.
 */
const plugin = {
  ...identity,
  // The telephone follows its own configuration: an edit must not tear down live calls.
  reload: { noopPrefixes: ["plugins.entries.voice-call.config"] },
  register(api: HostApi) {
    if (api.registrationMode !== "tool-discovery") registerCommands(api);
    if (api.registrationMode === "cli-metadata") return;
    mock.register(api);
    registerTool(api);
    if (api.registrationMode !== "full") return;
    registerGatewayMethods(api);
    api.registerService(telephoneService(api));
  },
};

export default plugin satisfies OpenClawPluginDefinition;
