import { randomUUID } from "node:crypto";
import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import type { WebhookReply, WebhookRequest } from "@openclaw/telephony-contract";
import type { CallerId, Leg } from "@openclaw/phone-network";
import type { Courier, Delivery } from "@openclaw/phone-network/wire";
import { ACCOUNT } from "./account.ts";

/** What a webhook says. A value that is absent is left out; an empty one is sent, as Twilio does. */
export type Fields = Readonly<Record<string, string | undefined>>;

/** Where a webhook goes. */
export interface Target {
  readonly url: string;
  /** Default POST. */
  readonly method?: string | undefined;
}

/** What Twilio calls a caller who hides the number. */
const ANONYMOUS = "+266696687";

/** Writes and signs the webhooks of one call, and hands them to the courier. */
export class Messages {
  #sequence = 0;

  constructor(
    private readonly leg: Leg,
    private readonly courier: Courier,
    private readonly now: () => number,
  ) {}

  /** News after which nobody waits for a document. Where `status` is told, it is numbered. */
  tell(target: Target, status: string, more: Fields = {}): void {
    const progress = { Timestamp: rfc2822(this.now()), CallbackSource: "call-progress-events", SequenceNumber: String(this.#sequence++) };
    this.courier.send(this.#delivery(target, { ...this.#about(status), ...progress, ...more }));
  }

  /** News without a place in the call's order. */
  note(target: Target, status: string, more: Fields): void {
    this.courier.send(this.#delivery(target, { ...this.#about(status), ...more }));
  }

  /** A verdict of asynchronous machine detection, which says little else. */
  verdict(target: Target, answeredBy: string, afterMs: number): void {
    const { accountSid: AccountSid } = ACCOUNT;
    this.courier.send(this.#delivery(target, { CallSid: this.leg.id, AccountSid, AnsweredBy: answeredBy, MachineDetectionDuration: String(afterMs) }));
  }

  /** News of a media stream, which say little else. */
  stream(target: Target, fields: Fields): void {
    const { accountSid: AccountSid } = ACCOUNT;
    this.courier.send(this.#delivery(target, { AccountSid, CallSid: this.leg.id, ...fields, Timestamp: new Date(this.now()).toISOString() }));
  }

  /** Asks for a document. */
  ask(target: Target, status: string, more: Fields = {}): Promise<WebhookReply | undefined> {
    return this.courier.ask(this.#delivery(target, { ...this.#about(status), ...more }));
  }

  #delivery(target: Target, fields: Fields): Delivery {
    // The same for every attempt to deliver the same webhook.
    const token = randomUUID();
    return { call: this.leg.id, request: () => signedRequest(target, fields, { "i-twilio-idempotency-token": token }) };
  }

  #about(status: string): Fields {
    const { about, caller } = this.leg;
    const from = caller.hidesNumber ? ANONYMOUS : about.from;
    return {
      CallSid: this.leg.id,
      AccountSid: ACCOUNT.accountSid,
      From: from,
      To: about.to,
      Caller: from,
      Called: about.to,
      CallStatus: status,
      ApiVersion: "2010-04-01",
      Direction: about.direction === "inbound" ? "inbound" : "outbound-api",
      ForwardedFrom: "",
      FromCity: "",
      FromState: "CA",
      FromCountry: "US",
      ...(about.direction === "inbound" && { CallerName: caller.callerName ?? "", StirVerstat: verstatOf(caller) }),
    };
  }
}

/** A request as Twilio's own library says that it is signed. */
export function signedRequest({ url, method = "POST" }: Target, fields: Fields, headers: Readonly<Record<string, string>> = {}): WebhookRequest {
  const params = Object.fromEntries(Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined));
  const form = new URLSearchParams(params).toString();
  const get = method === "GET";
  const address = get ? `${url}${url.includes("?") ? "&" : "?"}${form}` : url;
  const signature = getExpectedTwilioSignature(ACCOUNT.authToken, address, get ? {} : params);
  const type = get ? {} : { "content-type": "application/x-www-form-urlencoded; charset=UTF-8" };
  return {
    method,
    url: address,
    headers: { "user-agent": "TwilioProxy/1.1", accept: "*/*", "x-twilio-signature": signature, ...type, ...headers },
    body: new TextEncoder().encode(get ? "" : form),
  };
}

/** Headers of the request by which a media stream is opened: its URL is signed as it is. */
export function upgradeHeaders(url: string): Readonly<Record<string, string>> {
  return { "user-agent": "TwilioMediaStreams/1.0", "x-twilio-signature": getExpectedTwilioSignature(ACCOUNT.authToken, url, {}) };
}

/** `Fri, 02 Jan 2026 03:04:05 +0000`: whole seconds, in UTC. */
export function rfc2822(at: number): string {
  return new Date(at).toUTCString().replace("GMT", "+0000");
}

function verstatOf({ attestation = "none" }: CallerId): string {
  if (attestation === "none") return "No-TN-Validation";
  return attestation === "failed" ? "TN-Validation-Failed" : `TN-Validation-Passed-${attestation}`;
}
