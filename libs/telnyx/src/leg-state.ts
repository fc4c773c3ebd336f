import { TelephonyError } from "@openclaw/telephony-contract";

/** What a leg is doing for us. `idle`: nothing that has an end; `target`: it is the party that a call is transferred to. */
export type LegActivity = "dial" | "answer" | "reject" | "say" | "play" | "listen" | "transfer" | "idle" | "target";

/**
 * What a leg carries in its `client_state`: whose call it is, and which step of which turn is under way. Telnyx keeps the
 * one that came with the latest command and puts it into every later webhook, so nothing of it has to be remembered here.
 */
export interface LegState {
  readonly callId: string;
  readonly nonce: string;
  readonly activity: LegActivity;
  readonly stepId?: string;
  /** The leg gathers keys: those that it reports one by one are part of an answer. */
  readonly gathers?: boolean;
}

const ACTIVITIES: readonly string[] = ["dial", "answer", "reject", "say", "play", "listen", "transfer", "idle", "target"] satisfies LegActivity[];

/** Characters of a `client_state`: far above ours. The carrier names no limit. */
const MAX_CHARS = 2048;

/** Base64 of JSON. Throws an `invalid-request` error where ids are longer than any of ours. */
export function writeLegState({ callId, nonce, activity, stepId, gathers }: LegState): string {
  const text = Buffer.from(JSON.stringify({ c: callId, n: nonce, a: activity, s: stepId, g: gathers ? 1 : undefined })).toString("base64");
  if (text.length > MAX_CHARS) throw new TelephonyError("invalid-request", "The ids of a call are too long to travel with it");
  return text;
}

/** What a webhook brought back; undefined for a leg that is not ours. */
export function readLegState(text: unknown): LegState | undefined {
  if (typeof text !== "string" || text.length > MAX_CHARS) return undefined;
  try {
    const { c, n, a, s, g } = JSON.parse(Buffer.from(text, "base64").toString()) as Record<string, unknown>;
    if (typeof c !== "string" || typeof n !== "string" || typeof a !== "string" || !ACTIVITIES.includes(a)) return undefined;
    return { callId: c, nonce: n, activity: a as LegActivity, ...(typeof s === "string" && { stepId: s }), ...(g === 1 && { gathers: true }) };
  } catch {
    return undefined;
  }
}

/** What a command carries: the state that the leg keeps, where it is known, and the id by which a repetition is told. */
export function tagged(state: LegState | undefined, ...commandId: readonly (string | undefined)[]): { client_state?: string; command_id: string } {
  return { ...(state && { client_state: writeLegState(state) }), command_id: commandId.join(":") };
}
