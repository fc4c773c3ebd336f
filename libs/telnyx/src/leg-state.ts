import { readJson } from "@openclaw/telephony-kit";

const ACTIVITIES = ["dial", "say", "play", "listen", "media", "transfer", "idle", "target"] as const;

/** What a leg is doing for us. `idle`: nothing that has an end; `target`: it is the party that a call is transferred to. */
export type LegActivity = (typeof ACTIVITIES)[number];

/**
 * What a leg carries in its `client_state`: whose call it is, and which step of which turn is under way. Telnyx keeps the
 * latest that a command brought and puts it into every later webhook, so nothing of it has to be remembered here.
 */
export interface LegState {
  readonly callId: string;
  readonly nonce: string;
  readonly activity: LegActivity;
  readonly stepId?: string;
  /** The leg gathers keys: those that it reports one by one are part of an answer. */
  readonly gathers?: boolean;
  /** How long it takes to press the keys of the dial, in milliseconds. */
  readonly pressingMs?: number;
}

/** Base64 of JSON. */
export function writeLegState(state: LegState): string {
  return Buffer.from(JSON.stringify(state)).toString("base64");
}

/** What a webhook brought back; undefined for a leg that is not ours. */
export function readLegState(text: unknown): LegState | undefined {
  const state = typeof text === "string" ? readJson(Buffer.from(text, "base64")) : undefined;
  return isLegState(state) ? state : undefined;
}

function isLegState(value: unknown): value is LegState {
  const { callId, nonce, activity, stepId = "" } = (value ?? {}) as Partial<Record<keyof LegState, unknown>>;
  return [callId, nonce, stepId].every((text) => typeof text === "string") && ACTIVITIES.some((known) => known === activity);
}

/** What a command carries: the state that the leg keeps from now on, and the id by which a repetition is told. */
export function tagged(state: LegState, ...commandId: readonly string[]): { client_state: string; command_id: string } {
  return { client_state: writeLegState(state), command_id: commandId.join(":") };
}
