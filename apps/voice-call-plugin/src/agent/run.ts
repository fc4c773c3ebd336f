import { randomUUID } from "node:crypto";
import type { CallOwner, CallRecord, TelephoneSettings } from "@openclaw/call-engine";
import type { AgentRun, AgentRuntime, HostConfig } from "../host/api.ts";
import { toolsForCaller } from "./caller-tools.ts";
import { spokenPrompt } from "./prompt.ts";
import { rosterOf, selectAgent, sessionKeyOf } from "./selection.ts";

/** Whose words a call's turns are: fixed by the call's record, not by what the configuration says by now. */
export interface Identity {
  readonly agentId: string;
  readonly sessionKey: string;
}

/** What an identity is found by. */
export type Nameable = Pick<CallRecord, "callId" | "direction" | "from" | "to"> & CallOwner;

/** What a turn has to know of its call. */
export type TurnCall = Nameable & Pick<CallRecord, "mode" | "admission">;

/** The identity of a call. Throws `agent-ambiguous` or `agent-unknown`. */
export function identityOf(call: Nameable, settings: TelephoneSettings, hostConfig: unknown): Identity {
  const roster = rosterOf(hostConfig);
  const agentId = selectAgent(call.agentId ?? settings.agentId, roster);
  return { agentId, sessionKey: sessionKeyOf(call, settings, agentId, roster) };
}

/** What every turn of a call has in common. */
export function turnOf(
  call: TurnCall,
  settings: TelephoneSettings,
  identity: Identity,
  { agent, config }: { readonly agent: AgentRuntime; readonly config: HostConfig },
): Omit<AgentRun, "prompt" | "abortSignal" | "sessionId"> {
  const { agentId, sessionKey } = identity;
  const remote = call.direction === "outbound" ? call.to : call.from;
  return {
    sessionKey,
    agentId,
    runId: randomUUID(),
    workspaceDir: agent.resolveAgentWorkspaceDir(config, agentId),
    agentDir: agent.resolveAgentDir(config, agentId),
    config,
    timeoutMs: settings.responseTimeoutMs,
    extraSystemPrompt: spokenPrompt(call, settings),
    messageProvider: "voice",
    senderIsOwner: false,
    ...(/^\+\d+$/.test(remote) && { senderE164: remote }),
    ...(call.direction === "inbound" && { toolsAllow: toolsForCaller(call.admission) }),
    ...modelOf(settings.responseModel),
  };
}

/** The model of a turn, written `provider/model`; model ids may contain slashes of their own. */
function modelOf(responseModel: string | undefined): { provider?: string; model?: string } {
  if (responseModel === undefined) return {};
  const slash = responseModel.indexOf("/");
  if (slash < 1) return { model: responseModel };
  return { provider: responseModel.slice(0, slash), model: responseModel.slice(slash + 1) };
}
