import type { AgentTool, ToolContext, ToolResult } from "../host/api.ts";
import { faultOf, RequestError } from "../requests/faults.ts";
import type { Method } from "../requests/methods.ts";
import { currentRuntime } from "../runtime/slot.ts";
import { TOOL_PARAMETERS } from "./parameters.ts";

/** Name of the tool, as the manifest declares it. */
export const TOOL_NAME = "voice_call";

/** Actions of the tool, and the requests that they are. */
const ACTIONS: Readonly<Record<string, Method>> = {
  initiate_call: "initiate",
  continue_call: "continue",
  speak_to_user: "speak",
  send_dtmf: "dtmf",
  transfer_call: "transfer",
  end_call: "end",
  get_status: "status",
};

/** Sends a request to the Gateway when this process has no telephone of its own. */
export type AskGateway = (method: Method, input: unknown) => Promise<unknown>;

/**
 * The agent's telephone. Runs in another copy of this package than the telephone itself, so it goes through the slot of
 * the process. Who asks comes from the host's context alone: what the model writes can claim no agent and no session.
 */
export function voiceCallTool(context: ToolContext, askGateway: AskGateway): AgentTool {
  return {
    name: TOOL_NAME,
    label: "Voice call",
    description:
      "Place and steer telephone calls: call someone, say something, ask and wait for the answer, press keys, hand over, hang up, and " +
      "see how a call stands with its transcript. In a conversation the agent answers the caller by itself.",
    parameters: TOOL_PARAMETERS,
    async execute(_id, parameters) {
      try {
        return result(await carryOut(parameters, context, askGateway));
      } catch (error) {
        return result({ success: false, error: faultOf(error) });
      }
    },
  };
}

async function carryOut(parameters: unknown, context: ToolContext, askGateway: AskGateway): Promise<unknown> {
  const { action, sessionKey: _session, requesterSessionKey: _requester, agentId: _agent, ...input } = asRecord(parameters);
  const method = typeof action === "string" ? ACTIONS[action] : undefined;
  if (!method) throw new RequestError("action", `has to be one of ${Object.keys(ACTIONS).join(", ")}`);
  if (action === "get_status" && input["callId"] === undefined) throw new RequestError("callId", "is missing");
  const requester = {
    ...(context.agentId !== undefined && { agentId: context.agentId }),
    ...(context.sessionKey !== undefined && { sessionKey: context.sessionKey }),
  };
  const runtime = currentRuntime();
  if (runtime) return runtime.request(method, input, requester);
  return askGateway(method, {
    ...input,
    ...(requester.agentId !== undefined && { agentId: requester.agentId }),
    ...(requester.sessionKey !== undefined && { requesterSessionKey: requester.sessionKey }),
  });
}

function result(details: unknown): ToolResult {
  return { content: [{ type: "text", text: JSON.stringify(details) }], details };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
