import { isTelephonyError, TelephonyError, type CallEvent, type CallRef, type Carrier, type CarrierCallStatus, type CarrierContext } from "@openclaw/telephony-contract";
import { SingleFlight, withDeadline } from "@openclaw/telephony-kit";
import { check } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { legOf, perform, pressingMs } from "./commands.ts";
import type { TelnyxConfig } from "./config.ts";
import { dialBody } from "./dial.ts";
import { readLegState, tagged } from "./leg-state.ts";
import { Listening } from "./listening.ts";
import { LiveCalls } from "./live-calls.ts";
import { createVerifier, readPublicKey } from "./signature.ts";
import { eventsOf, readWebhook, type Webhook } from "./webhooks.ts";

/** How long anything takes at most, attempts and pauses together, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Makes an instance: the SDK is loaded and the key imported here, once. */
export async function createCarrier(config: TelnyxConfig, context: CarrierContext): Promise<Carrier> {
  const { clock, log } = context;
  const key = readPublicKey(config.publicKey);
  if (!key) throw new TelephonyError("config-invalid", "publicKey is not the public key of a Telnyx account: copy it from the console");
  const client = await createClient(config, clock);
  const life = new AbortController();
  const calls = new LiveCalls(clock);
  const hangups = new SingleFlight<string>();
  const emit = (event: CallEvent) => {
    if (!life.signal.aborted) context.emit(event);
  };
  const parts = { client, config, clock, log, emit, signal: life.signal };
  const listening = new Listening(parts);

  const close = () => {
    life.abort(new TelephonyError("aborted", "The Telnyx carrier is closed"));
    calls.releaseAll();
    context.signal.removeEventListener("abort", close);
  };
  context.signal.addEventListener("abort", close, { once: true });
  if (context.signal.aborted) close();

  /** Runs work that ends with its caller, with the instance, and when its time is over. What is gone is forgotten. */
  async function within<Result>(what: string, call: CallRef, caller: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    try {
      return await withDeadline(work, { ms: PATIENCE_MS, clock, what, signal: AbortSignal.any([caller, life.signal]) });
    } catch (error) {
      if (isTelephonyError(error, "call-gone")) calls.release(call.callId);
      throw error;
    }
  }

  async function hangUp(call: CallRef): Promise<void> {
    const leg = legOf(call);
    const tags = tagged(calls.find(call.callId)?.state, call.callId, "hangup");
    try {
      await client.send("Hanging up", ({ actions }, options) => actions.hangup(leg, tags, options), life.signal);
    } catch (error) {
      if (!isTelephonyError(error, "call-gone")) throw error;
    }
    calls.release(call.callId);
  }

  async function statusOf(call: CallRef, signal: AbortSignal): Promise<CarrierCallStatus> {
    const leg = legOf(call);
    const { data } = await client.send("Asking for the call's status", (resource, options) => resource.retrieveStatus(leg, options), signal);
    if (data?.end_time) return { state: "ended" };
    // The answer does not tell ringing from talking. Only a call that is up was given steps.
    const activity = readLegState(data?.client_state)?.activity;
    const up = calls.find(call.callId)?.answered === true || (activity !== undefined && activity !== "dial");
    if (!up) return { state: "ringing" };
    return { state: data?.is_alive ? "answered" : "unknown" };
  }

  /** Keeps up with a call by its webhooks: only they tell that it was answered, what was heard, and that it is over. */
  function notice(webhook: Webhook, events: readonly CallEvent[]): void {
    const { type, state } = webhook;
    if (!state || state.activity === "target") return;
    if (type === "call.hangup") return calls.release(state.callId);
    const live = calls.find(state.callId);
    if (!live) return;
    if (type === "call.answered" && !live.answered) {
      live.answered = true;
      // The carrier begins with the keys of the dial now; the first words wait for the last of them.
      if (live.dialDigits) live.wait(() => new Promise((resolve) => live.after(pressingMs(live.dialDigits), resolve)));
    }
    listening.notice(webhook, events, live);
  }

  return {
    check,
    verify: createVerifier(key, () => clock.now()),
    parse(request) {
      const webhook = readWebhook(request);
      if (!webhook) return { events: [], reply: "acknowledge" };
      const events = eventsOf(webhook);
      if (!life.signal.aborted) notice(webhook, events);
      return { events, reply: "acknowledge" };
    },
    async dial(request) {
      const body = dialBody(request, config);
      calls.of(request.callId).dialDigits = request.dialDigits ?? "";
      try {
        const leg = await client.dial(body, AbortSignal.any([request.signal, life.signal]));
        return { carrierIds: [leg], delivery: "stepwise" };
      } catch (error) {
        if (!isTelephonyError(error, "dial-unknown")) calls.release(request.callId);
        throw error;
      }
    },
    perform: (call, step, asked) =>
      within("The step", call, asked.signal, (signal) => perform({ ...parts, listening }, call, calls.of(call.callId), step, { ...asked, signal })),
    hangup: (call, signal) => within("Hanging up", call, signal, () => hangups.run(call.callId, () => hangUp(call))),
    async status(call, signal) {
      try {
        return await within("Asking for the call's status", call, signal, (ends) => statusOf(call, ends));
      } catch (error) {
        if (isTelephonyError(error, "call-gone")) return { state: "ended" };
        if (isTelephonyError(error) && error.retryable) return { state: "unknown" };
        throw error;
      }
    },
    close: () => Promise.resolve(close()),
  };
}
