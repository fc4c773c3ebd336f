import { createHash } from "node:crypto";
import type { CallEvent, CallEventBase, MachineEvent, MediaEvent, MintedUrl, ParsedWebhook, RecordingEvent, SignedRequest } from "@openclaw/telephony-contract";
import { readForm } from "@openclaw/telephony-kit";
import { HANG_UP } from "./document.ts";
import { canonicalNumber, inboundAttestation, outboundAttestation } from "./numbers.ts";
import { SignedForm, type FieldReader } from "./signature.ts";
import { endReasonOf } from "./status.ts";

/** A verified webhook, as its reader needs it. */
interface Webhook {
  readonly fields: FieldReader;
  readonly minted: MintedUrl;
  readonly base: CallEventBase;
}

const NOTHING: ParsedWebhook = { events: [], reply: "acknowledge" };

/** What a verified webhook says. `now` is the time of receipt, for what Twilio gives no time. */
export function parseWebhook(signed: SignedRequest, minted: MintedUrl, now: () => number): ParsedWebhook {
  const fields = signed instanceof SignedForm ? signed : readForm(signed.method === "GET" ? new URL(signed.url).search.slice(1) : signed.body);
  const base = baseOf(fields, minted, now);
  // What names no call may still wait for the document that its URL stands for.
  if (!base) return minted.purpose === "document" || minted.purpose === "continuation" ? { events: [], reply: "document" } : NOTHING;
  const webhook: Webhook = { fields, minted, base };
  switch (minted.purpose) {
    case "entry":
      return entry(webhook);
    case "document":
      return { events: answers(webhook), reply: "document" };
    case "continuation":
      return { events: runThrough(webhook), reply: "document" };
    case "status":
      return { events: progress(webhook), reply: "acknowledge" };
    case "machine":
      return { events: verdicts(webhook), reply: "acknowledge" };
    case "transfer":
      return transferred(webhook);
    case "recording":
      return { events: recordings(webhook), reply: "acknowledge" };
    case "media":
      return { events: streams(webhook), reply: "acknowledge" };
  }
}

function baseOf(fields: FieldReader, { callId, purpose }: MintedUrl, now: () => number): CallEventBase | undefined {
  // A transfer's target is a leg of its own: what is said of it concerns its parent, which is the call.
  const sid = (purpose === "transfer" && fields.get("ParentCallSid")) || fields.get("CallSid");
  if (!sid || !/^CA\w+$/.test(sid)) return undefined;
  const at = timeOf(fields.get("Timestamp") ?? "");
  // `Array.of`, because V8 would make a literal for long lives, as a call's first ids are, and each would keep its whole form.
  return { occurredAt: Number.isNaN(at) ? now() : at, dedupeKey: sid, carrierIds: Array.of(sid), ...(callId !== undefined && { callId }) };
}

let lastTime = { text: "", at: NaN };

/** Milliseconds of a time as Twilio writes it, to the second; `NaN` for none. Many in a row are the same, and reading one takes its time. */
function timeOf(text: string): number {
  if (text !== lastTime.text) lastTime = { text, at: Date.parse(text) };
  return lastTime.at;
}

/** Names a happening within its call. */
function keyed(base: CallEventBase, ...parts: readonly string[]): CallEventBase {
  return { ...base, dedupeKey: [base.dedupeKey, ...parts].join(":") };
}

/** The number's own URL: calls that reach us, and their ends where the number's status callback points here as well. */
function entry(webhook: Webhook): ParsedWebhook {
  const { fields, base } = webhook;
  const status = fields.get("CallStatus") ?? "";
  if (fields.get("CallbackSource") !== undefined || endReasonOf(status)) return { events: progress(webhook), reply: "acknowledge" };
  if (fields.get("Direction") !== "inbound") return NOTHING;
  const callerName = fields.get("CallerName");
  const attestation = inboundAttestation(fields.get("StirVerstat"));
  const incoming: CallEvent = {
    ...keyed(base, "incoming"),
    type: "incoming",
    from: canonicalNumber(fields.get("From")),
    to: canonicalNumber(fields.get("To")),
    ...(callerName && { callerName }),
    ...(attestation && { attestation }),
  };
  return { events: [incoming], reply: "document" };
}

/** What a `Gather` heard. A fetch without an answer is only a fetch. */
function answers({ fields, minted, base }: Webhook): readonly CallEvent[] {
  const [text, digits] = [fields.get("SpeechResult"), fields.get("Digits")];
  const heard = text || digits;
  if (!heard || minted.nonce === undefined) return [];
  const confidence = Number.parseFloat(fields.get("Confidence") ?? "");
  const input = text
    ? ({ kind: "speech", text, ...(confidence >= 0 && confidence <= 1 && { confidence }) } as const)
    : ({ kind: "digits", digits: heard } as const);
  const turn = { nonce: minted.nonce, proof: "echoed" } as const;
  return [{ ...keyed(base, "answer", fingerprint(heard)), type: "answer", turn, input }];
}

/** Keys are stored: they hold nothing that was said. */
function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

/**
 * A document was run through. Where it listened, nobody answered: the turn tells the engine, which knows whether its plan
 * listened; Twilio does not say.
 */
function runThrough({ minted, base }: Webhook): readonly CallEvent[] {
  if (minted.nonce === undefined) return [];
  return [{ ...keyed(base, "no-input"), type: "listenEnded", turn: { nonce: minted.nonce, proof: "echoed" }, outcome: "no-input" }];
}

function progress({ fields, base }: Webhook): readonly CallEvent[] {
  const status = fields.get("CallStatus") ?? "";
  const source = fields.get("CallbackSource");
  const sequence = fields.get("SequenceNumber") ?? "";
  const numbered = source !== undefined && /^\d+$/.test(sequence);
  const key = numbered ? { ...keyed(base, source, sequence), order: Number(sequence) } : keyed(base, status);
  const attestation = outboundAttestation(fields.get("StirStatus"));
  const vouched = attestation && { attestation };
  if (status === "ringing") return [{ ...key, type: "ringing", ...vouched }];
  if (status === "in-progress" || status === "answered") return [{ ...key, type: "answered", ...vouched }];
  const reason = endReasonOf(status);
  if (!reason) return [];
  const sip = fields.get("SipResponseCode");
  return [{ ...key, type: "ended", reason, ...(sip && { cause: `SIP ${sip}` }) }];
}

const VERDICTS: Readonly<Record<string, Pick<MachineEvent, "verdict" | "greetingEnded">>> = {
  human: { verdict: "human" },
  machine_start: { verdict: "machine", greetingEnded: false },
  machine_end_beep: { verdict: "machine", greetingEnded: true },
  machine_end_silence: { verdict: "machine", greetingEnded: true },
  machine_end_other: { verdict: "machine", greetingEnded: true },
  fax: { verdict: "fax" },
  unknown: { verdict: "unsure" },
};

function verdicts({ fields, base }: Webhook): readonly CallEvent[] {
  const answeredBy = fields.get("AnsweredBy") ?? "";
  const verdict = Object.hasOwn(VERDICTS, answeredBy) ? VERDICTS[answeredBy] : undefined;
  return verdict ? [{ ...keyed(base, "machine", answeredBy), type: "machine", ...verdict }] : [];
}

/** The target of a transfer answered (its own status callback), or the `Dial` is over: its answer is what follows. */
function transferred({ fields, minted: { stepId }, base }: Webhook): ParsedWebhook {
  const outcome = fields.get("DialCallStatus");
  const status = fields.get("CallStatus") ?? "";
  const answered = outcome === "completed" || outcome === "answered" || (outcome === undefined && status === "in-progress");
  const over: ParsedWebhook = { events: [], reply: "acknowledge", acknowledgement: HANG_UP };
  if (stepId === undefined) return over;
  if (answered) return { ...over, events: [{ ...keyed(base, "transferred"), type: "transfer", stepId, state: "transferred" }] };
  // Whoever waited has hung up meanwhile: there is nobody left to go on with.
  if (outcome === undefined || endReasonOf(status)) return over;
  return { events: [{ ...keyed(base, "back"), type: "transfer", stepId, state: "back", detail: outcome }], reply: "document" };
}

const RECORDING_STATES: Readonly<Record<string, RecordingEvent["state"]>> = {
  "in-progress": "started",
  completed: "saved",
  absent: "failed",
  failed: "failed",
};

function recordings({ fields, base }: Webhook): readonly CallEvent[] {
  const status = fields.get("RecordingStatus") ?? "";
  const state = Object.hasOwn(RECORDING_STATES, status) ? RECORDING_STATES[status] : undefined;
  if (!state) return [];
  const [recordingId, url, length = ""] = [fields.get("RecordingSid"), fields.get("RecordingUrl"), fields.get("RecordingDuration")];
  return [
    {
      ...keyed(base, "recording", recordingId ?? "", status),
      type: "recording",
      state,
      ...(recordingId && { recordingId }),
      ...(url && { url }),
      ...(/^\d+$/.test(length) && { durationMs: Number(length) * 1000 }),
    },
  ];
}

const STREAM_STATES: Readonly<Record<string, MediaEvent["state"]>> = { "stream-started": "started", "stream-stopped": "stopped", "stream-error": "failed" };

function streams({ fields, base }: Webhook): readonly CallEvent[] {
  const happened = fields.get("StreamEvent") ?? "";
  const state = Object.hasOwn(STREAM_STATES, happened) ? STREAM_STATES[happened] : undefined;
  if (!state) return [];
  // The error is a sentence, which may repeat our URL and the token in it.
  const detail = fields.get("StreamError")?.replaceAll(/\w+:\/\/\S*/g, "(a URL)").slice(0, 100);
  return [{ ...keyed(base, "media", fields.get("StreamSid") ?? "", happened), type: "media", state, ...(detail && { detail }) }];
}
