import { randomUUID, sign } from "node:crypto";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import type { Courier } from "@openclaw/phone-network/wire";
import { SIGNING_KEY } from "./account.ts";

/** What a webhook says, without what every one has. */
export interface Message {
  readonly url: string;
  readonly event: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A webhook, signed at this time (milliseconds since the epoch): Ed25519 over `<seconds>|<body>`. */
export function signedRequest(url: string, body: string, now: number): WebhookRequest {
  const timestamp = String(Math.floor(now / 1000));
  const headers = {
    "content-type": "application/json",
    "user-agent": "telnyx-webhooks",
    "telnyx-timestamp": timestamp,
    "telnyx-signature-ed25519": sign(null, Buffer.from(`${timestamp}|${body}`), SIGNING_KEY).toString("base64"),
  };
  return { method: "POST", url, headers, body: new TextEncoder().encode(body) };
}

/** Sends webhooks. One keeps its id over all attempts, of which each is signed anew. */
export class Messages {
  constructor(
    private readonly courier: Courier,
    private readonly now: () => number,
  ) {}

  /** Sends a webhook after those that were sent before about the same call. */
  send(call: string, { url, event, payload }: Message): void {
    const data = { record_type: "event", event_type: event, id: randomUUID(), occurred_at: new Date(this.now()).toISOString(), payload };
    this.courier.send({
      call,
      request: (attempt) => signedRequest(url, JSON.stringify({ data, meta: { attempt, delivered_to: url } }), this.now()),
    });
  }
}
