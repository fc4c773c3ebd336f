import { randomBytes, randomUUID } from "node:crypto";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { signedRequest as signedByTelnyx } from "@openclaw/voice-call-telnyx/testing";
import { ACCOUNT, signedRequest } from "@openclaw/voice-call-twilio/testing";

/** The telephone's webhook, as carriers see it. */
export const PUBLIC_URL = "https://voice.example.com/voice/webhook";
/** Numbers that are kept for fiction. */
export const OUR_NUMBER = "+15550100001";
export const THEIR_NUMBER = "+15550100002";

/** A call of Twilio's, and the URL to which its progress is told. */
export interface TwilioCall {
  readonly sid: string;
  readonly statusUrl: string;
}

export function twilioSid(): string {
  return `CA${randomBytes(16).toString("hex")}`;
}

/** A call that reaches us. */
export function incoming(sid: string): WebhookRequest {
  return signedRequest({ url: PUBLIC_URL }, { ...about(sid, "ringing"), CallerName: "", StirVerstat: "TN-Validation-Passed-A" });
}

/** The next news of a call, never the same twice: a status callback with the 26 fields that Twilio sends for a US number. */
export function progress({ sid, statusUrl }: TwilioCall, sequence: number, status: "ringing" | "completed"): WebhookRequest {
  const fields = {
    ...about(sid, status),
    Timestamp: new Date().toUTCString().replace("GMT", "+0000"),
    CallbackSource: "call-progress-events",
    SequenceNumber: String(sequence),
    StirStatus: "A",
  };
  return signedRequest({ url: statusUrl }, fields, { "i-twilio-idempotency-token": randomUUID() });
}

/** News of a live call under an event id of its own, as every webhook of Telnyx has: nothing that would end the call. */
export function telnyxNews(leg: string): WebhookRequest {
  const payload = {
    call_control_id: leg,
    call_leg_id: randomUUID(),
    call_session_id: randomUUID(),
    client_state: null,
    connection_id: "1494404757140276705",
    from: OUR_NUMBER,
    to: THEIR_NUMBER,
  };
  const data = { record_type: "event", event_type: "call.recording.error", id: randomUUID(), occurred_at: new Date().toISOString(), payload };
  return signedByTelnyx(PUBLIC_URL, JSON.stringify({ data, meta: { attempt: 1, delivered_to: PUBLIC_URL } }), Date.now());
}

function about(sid: string, status: string): Readonly<Record<string, string>> {
  const place = { City: "SAN FRANCISCO", State: "CA", Zip: "94105", Country: "US" };
  const places = ["From", "To", "Caller"].flatMap((who) => Object.entries(place).map(([what, where]) => [who + what, where]));
  return {
    CallSid: sid,
    AccountSid: ACCOUNT.accountSid,
    From: THEIR_NUMBER,
    To: OUR_NUMBER,
    Caller: THEIR_NUMBER,
    Called: OUR_NUMBER,
    CallStatus: status,
    ApiVersion: "2010-04-01",
    Direction: "inbound",
    ForwardedFrom: OUR_NUMBER,
    ...(Object.fromEntries(places) as Record<string, string>),
  };
}
