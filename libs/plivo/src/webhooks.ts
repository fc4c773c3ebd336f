import { createHash } from "node:crypto";
import type { Attestation, CallEvent, CallEventBase, MintedUrl, ParsedWebhook, SignedRequest } from "@openclaw/telephony-contract";
import { readForm, type FormFields } from "@openclaw/telephony-kit";
import { endReason, endedBy, isOver } from "./ending.ts";
import { toE164 } from "./numbers.ts";

/** Ids find their way into URLs of the API: only what cannot lead anywhere else. */
const ID = /^[\w-]{1,64}$/;
/** Characters of a name or a cause. */
const MAX_TEXT = 100;

const ACKNOWLEDGE: ParsedWebhook = { events: [], reply: "acknowledge" };
const DOCUMENT: ParsedWebhook = { events: [], reply: "document" };

/** One webhook, with what every answer about it needs. */
interface Webhook {
  readonly fields: FormFields;
  readonly minted: MintedUrl;
  readonly callUuid: string;
  readonly status: string;
  /** Members that every event has. `about` tells happenings of one call apart. */
  readonly base: (...about: readonly string[]) => CallEventBase;
}

/** What a verified webhook says. Plivo sends no times: `now` is when it arrived. */
export function parseWebhook({ method, url, body }: SignedRequest, minted: MintedUrl, now: number): ParsedWebhook {
  const fields = readForm(method === "GET" ? (URL.parse(url)?.search.slice(1) ?? "") : body);
  const [callUuid] = idsIn(fields, "DialALegUUID", "CallUUID", "ALegUUID");
  const wants = minted.purpose === "document" || minted.purpose === "continuation" ? DOCUMENT : ACKNOWLEDGE;
  if (callUuid === undefined) return wants;
  const ids = idsIn(fields, "CallUUID", "RequestUUID", "ALegUUID", "ALegRequestUUID").filter((id) => id !== fields.get("DialBLegUUID"));
  return read({
    fields,
    minted,
    callUuid,
    status: fields.get("CallStatus") ?? "",
    base: (...about) => ({
      occurredAt: now,
      dedupeKey: [callUuid, ...about].join(":"),
      carrierIds: [...new Set([callUuid, ...ids])],
      // By this one, and not by that of the request to call, live calls are asked about and steered.
      carrierState: { callUuid },
      ...(minted.callId !== undefined && { callId: minted.callId }),
    }),
  });
}

function read(webhook: Webhook): ParsedWebhook {
  switch (webhook.minted.purpose) {
    case "entry":
      return readEntry(webhook);
    case "document":
    case "continuation":
      return readFetch(webhook);
    case "status":
      return { events: statusEvents(webhook), reply: "acknowledge" };
    case "machine":
      return { events: machineEvents(webhook), reply: "acknowledge" };
    case "media":
      return { events: mediaEvents(webhook), reply: "acknowledge" };
    case "transfer":
      return readTransfer(webhook);
    default:
      return ACKNOWLEDGE;
  }
}

/** Both URLs of the application in Plivo's console lead here: the one that answers, and the one that is told of the end. */
function readEntry(webhook: Webhook): ParsedWebhook {
  const { fields, status, base } = webhook;
  if (isOver(status)) return { events: statusEvents(webhook), reply: "acknowledge" };
  if (status !== "ringing" && status !== "in-progress") return ACKNOWLEDGE;
  const name = fields.get("CallerName")?.trim().slice(0, MAX_TEXT) ?? "";
  const incoming: CallEvent = {
    ...base("incoming"),
    type: "incoming",
    from: toE164(fields.get("From")),
    to: toE164(fields.get("To")),
    ...(/\p{L}/u.test(name) && { callerName: name }),
    ...attestationIn(fields),
  };
  return { events: [incoming], reply: "document" };
}

/**
 * Asks for a document: because the call was answered, we nudged, the caller answered a question, or the last one was run
 * through. Plivo does not say which element came last, so that any run-through ends the listening of its turn.
 */
function readFetch(webhook: Webhook): ParsedWebhook {
  const { fields, minted, status, base } = webhook;
  if (isOver(status)) return { events: statusEvents(webhook), reply: "acknowledge" };
  const input = inputIn(fields);
  const asked = input !== undefined || fields.get("InputType") !== undefined;
  const events: CallEvent[] = [];
  if (minted.purpose === "document" && !asked) events.push(...statusEvents(webhook));
  if (minted.nonce !== undefined) {
    const turn = { nonce: minted.nonce, proof: "echoed" } as const;
    if (input) events.push({ ...base("answer", digest(JSON.stringify(input))), type: "answer", turn, input });
    else if (asked || minted.purpose === "continuation")
      events.push({ ...base("listenEnded"), type: "listenEnded", turn, outcome: "no-input" });
  }
  return { events, reply: "document" };
}

function inputIn(fields: FormFields): Extract<CallEvent, { type: "answer" }>["input"] | undefined {
  const digits = fields.get("Digits") ?? "";
  if (digits !== "") return { kind: "digits", digits };
  const text = fields.get("Speech") ?? "";
  if (text.trim() === "") return undefined;
  const confidence = Number.parseFloat(fields.get("SpeechConfidenceScore") ?? "");
  return { kind: "speech", text, ...(confidence >= 0 && confidence <= 1 && { confidence }) };
}

/** What the call's status says of its life. */
function statusEvents({ fields, status, base }: Webhook): CallEvent[] {
  if (status === "ringing") return [{ ...base("ringing"), type: "ringing", ...attestationIn(fields) }];
  if (status === "in-progress") return [{ ...base("answered"), type: "answered", ...attestationIn(fields) }];
  if (!isOver(status)) return [];
  const code = fields.get("HangupCauseCode");
  const cause = [code, fields.get("HangupCauseName") ?? fields.get("HangupCause")].filter(Boolean).join(" ").slice(0, MAX_TEXT);
  const by = endedBy(fields.get("HangupSource"));
  return [{ ...base("ended"), type: "ended", reason: endReason(code, status), ...(by && { by }), ...(cause !== "" && { cause }) }];
}

function machineEvents({ fields, base }: Webhook): CallEvent[] {
  const machine = fields.get("Machine")?.toLowerCase();
  if (machine !== "true" && machine !== "false") return [];
  return [{ ...base("machine", machine), type: "machine", verdict: machine === "true" ? "machine" : "human" }];
}

/** Names of what happened to a stream: Plivo's reference has the first, its guide the second of each pair. */
const STREAM_EVENTS: Readonly<Record<string, "started" | "stopped" | "failed">> = {
  startstream: "started",
  started: "started",
  stopstream: "stopped",
  stopped: "stopped",
  droppedstream: "failed",
  failed: "failed",
};

/** A stream began, ended, or did not come about. That its buffer is filling is no news. */
function mediaEvents({ fields, base }: Webhook): CallEvent[] {
  const name = fields.get("Event") ?? "";
  const state = Object.hasOwn(STREAM_EVENTS, name.toLowerCase()) ? STREAM_EVENTS[name.toLowerCase()] : undefined;
  return state ? [{ ...base("media", state, ...idsIn(fields, "StreamID")), type: "media", state, ...(state === "failed" && { detail: name }) }] : [];
}

/** First news of the transfer under way, then its end, which asks what the call does next. */
function readTransfer({ fields, minted, status, base }: Webhook): ParsedWebhook {
  const { stepId } = minted;
  const transferred = (): CallEvent[] => (stepId === undefined ? [] : [{ ...base("transferred"), type: "transfer", stepId, state: "transferred" }]);
  const action = fields.get("DialAction");
  if (action !== undefined) return { events: action === "answer" || action === "connected" ? transferred() : [], reply: "acknowledge" };
  // The caller hung up meanwhile: nobody came back, and there is nothing more to do.
  if (isOver(status)) return ACKNOWLEDGE;
  const outcome = fields.get("DialStatus");
  if (outcome === "completed") return { events: transferred(), reply: "document" };
  if (outcome === undefined || stepId === undefined || !isOver(outcome)) return DOCUMENT;
  return { events: [{ ...base("back"), type: "transfer", stepId, state: "back", detail: outcome }], reply: "document" };
}

/** STIR/SHAKEN, where Plivo says it. "Not Verified" with a level is the level; without one, nobody vouches. */
function attestationIn(fields: FormFields): { attestation?: Attestation } {
  const level = fields.get("StirAttestation")?.trim().toUpperCase();
  const verification = (fields.get("StirVerification") ?? fields.get("STIRVerification"))?.trim().toLowerCase();
  if (verification === "failed") return { attestation: "failed" };
  if (level === "A" || level === "B" || level === "C") return { attestation: level };
  return verification === "not verified" ? { attestation: "none" } : {};
}

function idsIn(fields: FormFields, ...names: readonly string[]): string[] {
  return names.map((name) => fields.get(name) ?? "").filter((id) => ID.test(id));
}

/** Tells answers apart without saying what they were. */
function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}
