import { incoming, progress, twilioSid, type TwilioCall } from "./messages.ts";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import type { ServerProcess } from "./server-process.ts";

/** Calls that are live at the same time, and webhooks of each: about what a call with a few turns causes. */
const CALLS_AT_ONCE = 64;
const WEBHOOKS_OF_A_CALL = 25;
/** Calls that come in, or end, at the same time. */
const RINGING_AT_ONCE = 16;
/** A sequence number behind all others. */
const LAST = 1_000_000;

/** Calls that are live on a server from the round before. */
const live = new WeakMap<ServerProcess, readonly TwilioCall[]>();

/**
 * News for the telephone of calls that have reached it and are live: what it knows already, so that no record changes. Those
 * of the round before end first, since nobody has thousands of calls.
 */
export async function newsOfLiveCalls(server: ServerProcess, count: number): Promise<readonly WebhookRequest[]> {
  await hangUp(server, live.get(server) ?? []);
  const calls = await liveCalls(server, count);
  live.set(server, calls);
  return newsOf(calls, count, false);
}

/** The same news, but the last webhook of each call is its end, which is stored before it is acknowledged. */
export async function newsOfEndingCalls(server: ServerProcess, count: number): Promise<readonly WebhookRequest[]> {
  return newsOf(await liveCalls(server, count), count, true);
}

/**
 * Calls come in a few at a time. A server to which hundreds come at once while it is still cold compiles its code, and Node's,
 * for requests that live long, and every garbage collection after it takes many times as long: those servers that know no
 * calls get no such burst either.
 */
async function liveCalls(server: ServerProcess, count: number): Promise<readonly TwilioCall[]> {
  const calls: TwilioCall[] = [];
  while (calls.length < callsFor(count)) calls.push(...(await Promise.all(Array.from({ length: RINGING_AT_ONCE }, () => callUs(server)))));
  return calls;
}

/** The same news for servers that know no calls. */
export function newsOfAnyCalls(count: number): readonly WebhookRequest[] {
  const calls = Array.from({ length: callsFor(count) }, () => {
    const nonce = crypto.randomUUID().replaceAll("-", "");
    return { sid: twilioSid(), statusUrl: `https://voice.example.com/voice/webhook/c/${crypto.randomUUID()}/0/${nonce}/status` };
  });
  return newsOf(calls, count, false);
}

function callsFor(count: number): number {
  return Math.ceil(count / WEBHOOKS_OF_A_CALL / CALLS_AT_ONCE) * CALLS_AT_ONCE;
}

/** So many calls at a time take turns, until each has had its webhooks; then the next ones do. */
function newsOf(calls: readonly TwilioCall[], count: number, ends: boolean): readonly WebhookRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const turn = Math.floor(index / CALLS_AT_ONCE);
    const call = calls[Math.floor(turn / WEBHOOKS_OF_A_CALL) * CALLS_AT_ONCE + (index % CALLS_AT_ONCE)] as TwilioCall;
    const last = turn % WEBHOOKS_OF_A_CALL === WEBHOOKS_OF_A_CALL - 1;
    return progress(call, turn, ends && last ? "completed" : "ringing");
  });
}

async function hangUp({ port }: ServerProcess, calls: readonly TwilioCall[]): Promise<void> {
  for (let from = 0; from < calls.length; from += RINGING_AT_ONCE) {
    await Promise.all(calls.slice(from, from + RINGING_AT_ONCE).map((call) => post(port, progress(call, LAST, "completed"))));
  }
}

/** Somebody calls: the document that answers tells where the call's progress is to be reported. */
async function callUs({ port }: ServerProcess): Promise<TwilioCall> {
  const sid = twilioSid();
  const reply = await post(port, incoming(sid));
  const continuation = /https:[^"<]*\/continuation\b/.exec(await reply.text())?.[0];
  if (!continuation) throw new Error(`the call was not taken (HTTP ${reply.status})`);
  return { sid, statusUrl: continuation.replace(/continuation$/, "status") };
}

async function post(port: number, { url, headers, body }: WebhookRequest): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${new URL(url).pathname}`, { method: "POST", headers, body: Buffer.from(body) });
}
