import { incoming, progress, twilioSid, type TwilioCall } from "../webhooks/messages.ts";
import type { WebhookRequest } from "@openclaw/telephony-contract";

/** A call of Twilio's whose audio the telephone asked for. */
export interface StreamedCall extends TwilioCall {
  /** Path of the media socket, with the token. */
  readonly path: string;
}

/** Somebody calls: the document that answers says where the audio is to be brought, and where the progress is to be told. */
export async function callTelephone(port: number): Promise<StreamedCall> {
  const sid = twilioSid();
  const document = await post(port, incoming(sid));
  const socket = /wss:[^"<]*/.exec(document)?.[0];
  const continuation = /https:[^"<]*\/continuation\b/.exec(document)?.[0];
  if (socket === undefined || continuation === undefined) throw new Error(`the call got no media socket: ${document.slice(0, 300)}`);
  return { sid, path: new URL(socket).pathname, statusUrl: continuation.replace(/continuation$/, "status") };
}

/** The caller has hung up. */
export async function endCall(port: number, call: TwilioCall): Promise<void> {
  await post(port, progress(call, 1, "completed"));
}

async function post(port: number, { url, headers, body }: WebhookRequest): Promise<string> {
  const { pathname } = new URL(url);
  const reply = await fetch(`http://127.0.0.1:${port}${pathname}`, { method: "POST", headers, body: Buffer.from(body) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`a webhook was refused: ${reply.status} ${text.slice(0, 200)}`);
  return text;
}
