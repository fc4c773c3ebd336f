import type { HostApi } from "../host/api.ts";
import { askGateway } from "../host/gateway.ts";
import { TOOL_NAME, voiceCallTool } from "./voice-call-tool.ts";

/** A question may take as long as the caller needs for the answer; everything else is quick. */
const GATEWAY_TIMEOUT_MS = 240_000;

/** Registers the agent's tool. Made anew for each turn, because each turn has its own agent and session. */
export function registerTool(api: HostApi): void {
  api.registerTool(
    (context) =>
      voiceCallTool(context, async (method, input) =>
        askGateway(await import("openclaw/plugin-sdk/gateway-runtime"), method, input, GATEWAY_TIMEOUT_MS),
      ),
    { name: TOOL_NAME },
  );
}
