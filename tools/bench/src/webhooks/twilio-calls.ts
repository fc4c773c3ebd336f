import { incoming, progress, twilioSid, type TwilioCall } from "./messages.ts";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import type { ServerProcess } from "./server-process.ts";

/** Calls that are live at the same time, and webhooks of each: about what a call with a few turns causes. */
const CALLS_AT_ONCE = 64;
const WEBHOOKS_OF_A_CALL = 25;

/** News for the telephone of calls that have reached it and are live. */
export async function newsOfLiveCalls(server: ServerProcess, count: number): Promise<readonly WebhookRequest[]> {
  const calls = await Promise.all(Array.from({ length: callsFor(count) }, () => callUs(server)));
  return newsOf(calls, count);
}

/** The same news for servers that know no calls. */
export function newsOfAnyCalls(count: number): readonly WebhookRequest[] {
  const calls = Array.from({ length: callsFor(count) }, () => {
    const nonce = crypto.randomUUID().replaceAll("-", "");
    return { sid: twilioSid(), statusUrl: `https://voice.example.com/voice/webhook/c/${crypto.randomUUID()}/0/${nonce}/status` };
  });
  return newsOf(calls, count);
}

function callsFor(count: number): number {
  return Math.ceil(count / WEBHOOKS_OF_A_CALL / CALLS_AT_ONCE) * CALLS_AT_ONCE;
}

/** So many calls at a time take turns, until each has had its webhooks; then the next ones do. */
function newsOf(calls: readonly TwilioCall[], count: number): readonly WebhookRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const group = Math.floor(index / (CALLS_AT_ONCE * WEBHOOKS_OF_A_CALL));
    const call = calls[group * CALLS_AT_ONCE + (index % CALLS_AT_ONCE)] as TwilioCall;
    return progress(call, Math.floor(index / CALLS_AT_ONCE));
  });
}

/** Somebody calls: the document that answers tells where the call's progress is to be reported. */
async function callUs({ port }: ServerProcess): Promise<TwilioCall> {
  const sid = twilioSid();
  const { url, headers, body } = incoming(sid);
  const reply = await fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, { method: "POST", headers, body: Buffer.from(body) });
  const continuation = /https:[^"<]*\/continuation\b/.exec(await reply.text())?.[0];
  if (!continuation) throw new Error(`the call was not taken (HTTP ${reply.status})`);
  return { sid, statusUrl: continuation.replace(/continuation$/, "status") };
}
