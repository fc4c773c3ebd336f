import type { Attestation, CallEvent, CallEventBase, EndReason, SignedRequest, StepOutcome } from "@openclaw/telephony-contract";
import { readJson } from "@openclaw/telephony-kit";
import { readLegState, type LegActivity, type LegState } from "./leg-state.ts";
import { canonicalNumber } from "./numbers.ts";

/** A webhook as it was read: an envelope of the carrier's, its payload not yet looked at. */
export interface Webhook {
  readonly type: string;
  /** The same for every attempt to deliver it. */
  readonly id: string;
  readonly occurredAt: number;
  /** Id by which commands reach the leg. */
  readonly leg: string;
  /** What we gave the leg last; absent for a leg that is not ours, or not yet. */
  readonly state?: LegState;
  readonly payload: Fields;
}

type Fields = Readonly<Record<string, unknown>>;
type WithoutBase<Event> = Event extends unknown ? Omit<Event, keyof CallEventBase> : never;
type News = WithoutBase<CallEvent>;
type Reader = (payload: Fields, state: LegState | undefined) => News | undefined;

/** Reads a verified request; undefined for what is no event of a call. */
export function readWebhook({ body, headers }: SignedRequest): Webhook | undefined {
  const data = fields(fields(readJson(body)).data);
  const payload = fields(data.payload);
  const [type, id, leg] = [data.event_type, data.id, payload.call_control_id].map(text);
  if (type === undefined || id === undefined || leg === undefined) return undefined;
  const state = readLegState(payload.client_state);
  const occurredAt = Date.parse(text(data.occurred_at) ?? "") || Number(headers["telnyx-timestamp"]) * 1000;
  return { type, id, leg, payload, occurredAt, ...(state && { state }) };
}

/** What a webhook says, as events of the contract. What has no meaning for a call of ours is no event. */
export function eventsOf({ type, id, occurredAt, leg, state, payload }: Webhook): readonly CallEvent[] {
  const news = Object.hasOwn(READERS, type) ? READERS[type]?.(payload, state) : undefined;
  if (!news) return [];
  // The leg that a call is transferred to is not the call: its id must not become one of the call's.
  const carrierIds = state?.activity === "target" ? [] : [leg];
  return [{ ...news, occurredAt, dedupeKey: id, carrierIds, ...(state && { callId: state.callId }) }];
}

/** How an answer shows its turn. */
export function proof({ nonce }: LegState): { readonly nonce: string; readonly proof: "leg-state" } {
  return { nonce, proof: "leg-state" };
}

/** What each event of the carrier says of a call. All others say nothing that the telephone acts on. */
const READERS: Readonly<Record<string, Reader>> = {
  "call.initiated": initiated,
  // Not among the documented events: taken where it comes, never waited for.
  "call.ringing": (_, state) => (isOurs(state) ? { type: "ringing" } : undefined),
  "call.answered": (_, state) => (isOurs(state) ? { type: "answered" } : undefined),
  "call.hangup": hungUp,
  "call.bridged": (_, state) => (isAt("transfer", state) ? { type: "transfer", stepId: state.stepId, state: "transferred" } : undefined),
  "call.speak.ended": (payload, state) => audioEnded("say", payload, state),
  "call.playback.ended": (payload, state) => audioEnded("play", payload, state),
  "call.transcription": transcribed,
  "call.gather.ended": gathered,
  "call.dtmf.received": ({ digit }, state) => (isOurs(state) && !state.gathers && text(digit) ? { type: "digits", digits: String(digit) } : undefined),
  "call.machine.detection.ended": ({ result }) => ({ type: "machine", verdict: result === "human" || result === "machine" ? result : "unsure" }),
  "call.machine.greeting.ended": () => ({ type: "machine", verdict: "machine", greetingEnded: true }),
  "streaming.started": (_, state) => (isOurs(state) ? { type: "media", state: "started" } : undefined),
  "streaming.stopped": (_, state) => (isOurs(state) ? { type: "media", state: "stopped" } : undefined),
  "streaming.failed": streamFailed,
};

/** Whether the leg is the call's own, and not the party that it is transferred to. */
function isOurs(state: LegState | undefined): state is LegState {
  return state !== undefined && state.activity !== "target";
}

function isAt(activity: LegActivity, state: LegState | undefined): state is LegState & { readonly stepId: string } {
  return state?.activity === activity && state.stepId !== undefined;
}

function initiated({ direction, from, to, caller_id_name, shaken_stir_attestation: level, shaken_stir_validated: valid }: Fields, state: LegState | undefined): News | undefined {
  const signed = level === "A" || level === "B" || level === "C";
  const attestation: Attestation | undefined = !signed || typeof valid !== "boolean" ? undefined : valid ? level : "failed";
  const attested = attestation && { attestation };
  // The carrier reports no ringing: that our call is on its way is the nearest that there is.
  if (direction !== "incoming") return state?.activity === "dial" ? { type: "ringing", ...attested } : undefined;
  const callerName = text(caller_id_name);
  return { type: "incoming", from: canonicalNumber(from), to: canonicalNumber(to), ...(callerName && { callerName }), ...attested };
}

const REASONS: Readonly<Record<string, EndReason>> = {
  normal_clearing: "completed",
  time_limit: "completed",
  user_busy: "busy",
  call_rejected: "rejected",
  no_answer: "no-answer",
  timeout: "no-answer",
  originator_cancel: "canceled",
};

function hungUp({ hangup_cause, hangup_source, sip_hangup_cause }: Fields, state: LegState | undefined): News | undefined {
  const cause = text(hangup_cause) ?? "unspecified";
  const detail = text(sip_hangup_cause) ? `${cause} (SIP ${String(sip_hangup_cause)})` : cause;
  // The other party's leg: it was not reached, unless it ends as legs do that had been connected.
  if (isAt("target", state)) return REASONS[cause] === "completed" ? undefined : { type: "transfer", stepId: state.stepId, state: "back", detail };
  const by = cause === "time_limit" || cause === "timeout" ? "carrier" : hangup_source;
  return { type: "ended", reason: REASONS[cause] ?? "failed", cause: detail, ...((by === "caller" || by === "callee" || by === "carrier") && { by }) };
}

const OUTCOMES: Readonly<Record<string, StepOutcome>> = { completed: "completed", cancelled: "cancelled", cancelled_amd: "cancelled", call_hangup: "cancelled" };

function audioEnded(activity: LegActivity, { status, status_detail }: Fields, state: LegState | undefined): News | undefined {
  if (!isAt(activity, state)) return undefined;
  const outcome = OUTCOMES[text(status) ?? "completed"] ?? "failed";
  const detail = [status, status_detail].map(text).filter(Boolean).join(": ");
  return { type: "stepEnded", stepId: state.stepId, outcome, ...(outcome === "failed" && { detail }) };
}

/** Speech counts while the leg listens: what comes later belongs to a turn that the leg no longer names. */
function transcribed({ transcription_data }: Fields, state: LegState | undefined): News | undefined {
  const { transcript, is_final, confidence, transcription_track: track } = fields(transcription_data);
  const said = text(transcript)?.trim();
  if (!isAt("listen", state) || !said || track === "outbound") return undefined;
  if (is_final !== true) return { type: "partialSpeech", turn: proof(state), text: said };
  return { type: "answer", turn: proof(state), input: { kind: "speech", text: said, ...(typeof confidence === "number" && { confidence }) } };
}

/** Keys are an answer. That none came says nothing: silence is timed for speech and keys together. */
function gathered({ digits, status }: Fields, state: LegState | undefined): News | undefined {
  const pressed = text(digits);
  if (!isAt("listen", state) || pressed === undefined || !["valid", "invalid", "timeout"].includes(String(status))) return undefined;
  return { type: "answer", turn: proof(state), input: { kind: "digits", digits: pressed } };
}

/** Why a stream failed is said in a sentence, which may repeat our URL and the token in it. */
function streamFailed({ failure_reason }: Fields, state: LegState | undefined): News | undefined {
  const detail = text(failure_reason)?.replaceAll(/\w+:\/\/\S*/g, "(a URL)").slice(0, 100);
  return isOurs(state) ? { type: "media", state: "failed", ...(detail && { detail }) } : undefined;
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

/** A text with something in it. */
function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
