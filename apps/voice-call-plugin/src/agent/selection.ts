import type { CallOwner, CallRecord, TelephoneSettings } from "@openclaw/call-engine";
import { TelephonyError } from "@openclaw/telephony-contract";

/** The host's agents and its session scope, read from its configuration. */
export interface AgentRoster {
  /** Ids, at least one. */
  readonly agents: readonly string[];
  /** All sessions are one, by the host's own `session.scope`. */
  readonly globalSession: boolean;
}

/** The agent of a host that names none. */
const SOLE_AGENT = "main";

/** Reads the roster from the host's configuration. What is not understood counts as not written. */
export function rosterOf(hostConfig: unknown): AgentRoster {
  const agents = child(hostConfig, "agents");
  const entries = child(agents, "entries");
  const list = child(agents, "list");
  const ids = isRecord(entries)
    ? Object.keys(entries)
    : Array.isArray(list)
      ? list.map((agent: unknown) => child(agent, "id")).filter((id) => typeof id === "string")
      : [];
  return {
    agents: ids.length > 0 ? ids.map(canonicalId) : [SOLE_AGENT],
    globalSession: child(child(hostConfig, "session"), "scope") === "global",
  };
}

/**
 * The agent that answers a call: the one named, or the host's only one. Throws `agent-unknown` for a name that the host
 * does not have, and `agent-ambiguous` when nobody chose among several: a guess would hand the caller's words, and the
 * memory of earlier calls, to the wrong agent.
 */
export function selectAgent(named: string | undefined, { agents }: AgentRoster): string {
  if (named === undefined) {
    const [sole, ...others] = agents;
    if (sole !== undefined && others.length === 0) return sole;
    const key = "plugins.entries.voice-call.config.agentId";
    throw new TelephonyError("agent-ambiguous", `Several agents exist (${agents.join(", ")}): set ${key} to the one that answers the telephone.`);
  }
  const id = canonicalId(named);
  if (agents.includes(id)) return id;
  throw new TelephonyError("agent-unknown", `There is no agent "${id}": the host has ${agents.join(", ")}.`);
}

/**
 * The agent session that a call talks in, canonical, so that the host keeps it under the very name it is asked for. The
 * same call has the same key for ever: it depends on the call's record and on the settings the call began with.
 */
export function sessionKeyOf(
  call: Pick<CallRecord, "callId" | "direction" | "from" | "to"> & CallOwner,
  { sessionScope }: Pick<TelephoneSettings, "sessionScope">,
  agentId: string,
  roster: AgentRoster,
): string {
  if (call.sessionKey !== undefined) return canonicalKey(call.sessionKey, agentId, roster);
  if (sessionScope === "main") return mainKey(agentId, roster);
  const remote = (call.direction === "outbound" ? call.to : call.from).replace(/\D/g, "");
  // Callers who hide their number share nothing but that: each gets a session of their own.
  if (sessionScope === "per-phone" && remote !== "") return `agent:${agentId}:voice:${remote}`;
  return `agent:${agentId}:voice:call:${call.callId.toLowerCase()}`;
}

/**
 * A session key that somebody else chose, brought under the agent that answers: a foreign agent's key becomes an opaque
 * name there and never opens the foreign session.
 */
export function canonicalKey(key: string, agentId: string, roster: AgentRoster): string {
  const written = key.trim().toLowerCase();
  if (written === "global" || written === "unknown") return written;
  if (written === "main" || written === `agent:${agentId}:main`) return mainKey(agentId, roster);
  if (new RegExp(`^agent:${escaped(agentId)}:[^:].*$`).test(written)) return written;
  return `agent:${agentId}:${written.replace(/^agent:/, "voice:")}`;
}

/**
 * Where the owner is told something: the main session of the agent that is named, or of the only one. Throws as
 * {@link selectAgent} does.
 */
export function ownerSession(named: string | undefined, hostConfig: unknown): { readonly agentId: string; readonly sessionKey: string } {
  const roster = rosterOf(hostConfig);
  const agentId = selectAgent(named, roster);
  return { agentId, sessionKey: mainKey(agentId, roster) };
}

function mainKey(agentId: string, { globalSession }: AgentRoster): string {
  return globalSession ? "global" : `agent:${agentId}:main`;
}

function canonicalId(id: string): string {
  return id.trim().toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function child(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}
