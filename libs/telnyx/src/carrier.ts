import { isTelephonyError, TelephonyError, type CallEvent, type CallRef, type Carrier, type CarrierCallStatus, type CarrierContext } from "@openclaw/telephony-contract";
import { SingleFlight, withDeadline } from "@openclaw/telephony-kit";
import { check } from "./capabilities.ts";
import { createClient } from "./client.ts";
import { legOf, perform } from "./commands.ts";
import type { TelnyxConfig } from "./config.ts";
import { dialBody } from "./dial.ts";
import { frames } from "./frames.ts";
import { readLegState } from "./leg-state.ts";
import type { CarrierParts } from "./listening.ts";
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
  const closing = new AbortController();
  const life = AbortSignal.any([context.signal, closing.signal]);
  const calls = new LiveCalls(clock, life);
  const hangups = new SingleFlight<string>();
  const emit = (event: CallEvent) => {
    if (!life.aborted) context.emit(event);
  };
  const parts: CarrierParts = { client, config, clock, log, emit, signal: life };

  /** Runs work that ends with its caller, with the instance, and when its time is over. `gone` is what comes of it where the call is over. */
  async function within<Result>(what: string, call: CallRef, caller: AbortSignal, work: (signal: AbortSignal) => Promise<Result>, gone?: Result): Promise<Result> {
    try {
      return await withDeadline(work, { ms: PATIENCE_MS, clock, what, signal: AbortSignal.any([caller, life]) });
    } catch (error) {
      if (!isTelephonyError(error, "call-gone")) throw error;
      calls.release(call.callId);
      if (gone === undefined) throw error;
      return gone;
    }
  }

  async function statusOf(call: CallRef, signal: AbortSignal): Promise<CarrierCallStatus> {
    const leg = legOf(call);
    const { data } = await client.send("Asking for the call's status", (resource, options) => resource.retrieveStatus(leg, options), signal);
    if (data?.end_time) return { state: "ended" };
    // The answer does not tell ringing from talking. Only a call that is up was given steps.
    const { activity = "dial" } = readLegState(data?.client_state) ?? {};
    if (activity === "dial" && !calls.of(call.callId).answered) return { state: "ringing" };
    return { state: data?.is_alive ? "answered" : "unknown" };
  }

  /** Keeps up with a call by its webhooks: only they tell that it was answered, what was heard, and that it is over. */
  function notice(webhook: Webhook, events: readonly CallEvent[]): void {
    const { type, state } = webhook;
    if (!state || state.activity === "target" || life.aborted) return;
    if (type === "call.hangup") return calls.release(state.callId);
    const live = calls.of(state.callId);
    const { pressingMs = 0 } = state;
    // The carrier begins with the keys of the dial now; the first words wait for the last of them.
    if (type === "call.answered" && !live.answered && pressingMs > 0) live.wait(() => new Promise((resolve) => void live.timers.after(pressingMs, resolve)));
    if (type === "call.answered") live.answered = true;
    live.turn?.notice(webhook, events);
  }

  return {
    check,
    frames,
    verify: createVerifier(key, () => clock.now()),
    parse(request) {
      const webhook = readWebhook(request);
      const events = webhook ? eventsOf(webhook) : [];
      if (webhook) notice(webhook, events);
      return { events, reply: "acknowledge" };
    },
    async dial(request) {
      const body = dialBody(request, config);
      const { data } = await client.once("The dial", (resource, options) => resource.dial(body, options), AbortSignal.any([request.signal, life]));
      if (!data?.call_control_id) throw new TelephonyError("dial-unknown", "The dial: Telnyx' answer names no call");
      return { carrierIds: [data.call_control_id], delivery: "stepwise" };
    },
    perform: (call, step, asked) =>
      within("The step", call, asked.signal, (signal) => perform(parts, call, calls.of(call.callId), step, { ...asked, signal })),
    async hangup(call, signal) {
      const leg = legOf(call);
      const command = { command_id: `${call.callId}:hangup` };
      const request = () => client.send("Hanging up", ({ actions }, options) => actions.hangup(leg, command, options), life);
      await within<object>("Hanging up", call, signal, () => hangups.run(call.callId, request), {});
      calls.release(call.callId);
    },
    async status(call, signal) {
      try {
        return await within("Asking for the call's status", call, signal, (ends) => statusOf(call, ends), { state: "ended" });
      } catch (error) {
        if (isTelephonyError(error) && error.retryable) return { state: "unknown" };
        throw error;
      }
    },
    close: () => Promise.resolve(closing.abort()),
  };
}
