import { TelephonyError, toTelephonyError, type CallRef, type Carrier, type Step } from "@openclaw/telephony-contract";
import type { Lease } from "../carriers/pool.ts";
import type { CallUrlMinter } from "../door/urls.ts";
import type { EnginePorts } from "../ports.ts";
import type { Mailbox } from "./input.ts";
import type { CallAudio } from "./call-audio.ts";
import type { CallState, Effect } from "./state.ts";
import { SpokenReply } from "./spoken-reply.ts";
import type { Timers } from "./timers.ts";
import type { Waiters } from "./waiters.ts";
import { withDeadline } from "./deadline.ts";

/** Longest time that a carrier gets for one request. */
const REQUEST_MS = 10_000;

/** The call whose effects are carried out. */
export interface EffectCall extends Mailbox {
  readonly state: CallState;
  readonly lease: Lease;
  readonly timers: Timers;
  readonly waiters: Waiters;
  /** Present where the call's audio flows through us. */
  readonly audio: CallAudio | undefined;
  /** The carrier took the call, or may have; or it refused. */
  dialEnded(refusal?: TelephonyError): void;
  /** The call is over: lets go of everything that runs. */
  finish(): void;
}

/** Carries out what a transition decided. Every outcome comes back to the mailbox; nothing is thrown, nothing awaited. */
export class EffectRunner {
  readonly #call: EffectCall;
  readonly #ports: EnginePorts;
  readonly #urls: CallUrlMinter;
  /** The agent's work for the turn in hand, until it is done. */
  #asking: AbortController | undefined;
  /** Hang-up is single-flight. */
  #hangingUp = false;

  constructor(call: EffectCall, ports: EnginePorts, urls: CallUrlMinter) {
    this.#call = call;
    this.#ports = ports;
    this.#urls = urls;
  }

  run(effect: Effect): void {
    const { timers, waiters } = this.#call;
    const ports = this.#ports;
    switch (effect.type) {
      case "startTimer":
        return timers.start(effect.name, effect.delayMs);
      case "cancelTimer":
        return timers.cancel(effect.name);
      case "settle":
        return waiters.settle(effect.waiter, effect.outcome);
      case "log":
        return ports.log[effect.level](effect.message, { callId: this.#state.record.callId, ...effect.fields });
      case "abortAsk":
        this.#asking?.abort();
        this.#asking = undefined;
        return;
      case "ended":
        this.#asking?.abort();
        return this.#call.finish();
      case "ask":
        return this.#ask(effect.turn, effect.text);
      case "prewarm":
        return this.#aside(() => ports.responder.prewarm?.(this.#state.record, this.#state.settings));
      case "remember":
        return this.#aside(() => ports.responder.remember?.(this.#state.record, this.#state.settings, effect.text));
      case "openAudio":
      case "expectMedia":
      case "utter":
      case "pressInStream":
      case "keys":
      case "hushVoice":
      case "resumeVoice":
      case "checkMedia":
        return this.#call.audio?.run(effect);
      default:
        return this.#request(effect);
    }
  }

  get #state(): CallState {
    return this.#call.state;
  }

  /** What is asked of the carrier. */
  #request(effect: Extract<Effect, { type: "dial" | "find" | "perform" | "press" | "hush" | "nudge" | "hangup" | "status" }>): void {
    const call = this.#call;
    const { carrier } = call.lease;
    switch (effect.type) {
      case "dial":
        return this.#send(
          (signal) => this.#dial(carrier, signal),
          (result) => {
            call.post({ type: "dialed", result });
            call.dialEnded();
          },
          (error) => {
            call.post({ type: "dialFailed", error });
            call.dialEnded(this.#state.record.dialUnknown ? undefined : error);
          },
        );
      case "find":
        return this.#send(
          async (signal) => carrier.find?.(this.#state.record.callId, signal),
          (result) => call.post({ type: "found", result }),
          (error) => this.#ports.log.info("the carrier could not look the call up", { code: error.code }),
        );
      case "perform": {
        const step = effect.plan.steps[effect.stepIndex] as Step;
        return this.#send(
          (signal) => this.#perform(carrier, step, effect.plan, signal),
          () => {},
          (error) => call.post({ type: "performFailed", stepId: step.id, error }),
        );
      }
      case "hush": {
        const { plan } = this.#state.line;
        return this.#send(
          (signal) => this.#perform(carrier, { kind: "stopSpeech", id: `hush-${plan.revision}` }, plan, signal),
          () => {},
          (error) => this.#ports.log.info("the carrier did not stop speaking", { code: error.code }),
        );
      }
      case "press": {
        const step: Step = { kind: "sendDigits", id: `press-${effect.waiter}`, digits: effect.digits };
        return this.#send(
          (signal) => this.#perform(carrier, step, this.#state.line.plan, signal),
          () => call.waiters.settle(effect.waiter, { ok: true }),
          (error) => call.waiters.settle(effect.waiter, { ok: false, error }),
        );
      }
      case "nudge": {
        const url = this.#urls.mint({ ...this.#state.line.plan, revision: effect.revision, nonce: effect.nonce }).document;
        return this.#send(
          async (signal) => carrier.nudge?.(this.#ref, url, signal),
          () => {},
          (error) => call.post({ type: "nudgeFailed", revision: effect.revision, error }),
        );
      }
      case "hangup":
        return this.#hangup(carrier);
      case "status":
        return this.#send((signal) => carrier.status(this.#ref, signal), (status) => call.post({ type: "status", status }), () => {});
    }
  }

  #hangup(carrier: Carrier): void {
    if (this.#hangingUp) return;
    this.#hangingUp = true;
    this.#send(
      (signal) => carrier.hangup(this.#ref, signal).finally(() => (this.#hangingUp = false)),
      () => this.#call.post({ type: "hungUp" }),
      (error) => {
        this.#hangingUp = false;
        this.#call.post({ type: "hangupFailed", error });
      },
    );
  }

  get #ref(): CallRef {
    return callRef(this.#state);
  }

  async #dial(carrier: Carrier, signal: AbortSignal) {
    const { record, settings, line, dialDigits, detection } = this.#state;
    return carrier.dial({
      callId: record.callId,
      from: record.from,
      to: record.to,
      plan: line.plan,
      urls: this.#urls.mint(line.plan),
      ringTimeoutMs: settings.ringTimeoutMs,
      maxDurationMs: settings.maxDurationMs,
      ...(dialDigits !== undefined && { dialDigits }),
      ...(detection !== undefined && { machineDetection: true }),
      signal,
    });
  }

  async #perform(carrier: Carrier, step: Step, plan: CallState["line"]["plan"], signal: AbortSignal): Promise<void> {
    if (!carrier.perform) throw new TelephonyError("unsupported", "the carrier takes no commands");
    const { revision, nonce } = plan;
    await carrier.perform(this.#ref, step, { revision, nonce, urls: this.#urls.mint(plan), signal });
  }

  #ask(turn: number, text: string): void {
    const call = this.#call;
    const ports = this.#ports;
    const { record, settings } = this.#state;
    const asking = new AbortController();
    this.#asking = asking;
    let firstTokenAt: number | undefined;
    const began = () => (firstTokenAt ??= ports.clock.now());
    const reply = new SpokenReply(ports.clock, (sentence) => call.post({ type: "sentence", turn, text: sentence, firstTokenAt: began() }));
    asking.signal.addEventListener("abort", () => reply.close(), { once: true });
    void (async () => {
      try {
        const parts = await ports.responder.respond({
          call: record,
          settings,
          text,
          signal: asking.signal,
          onText: (cumulative) => {
            if (asking.signal.aborted) return;
            began();
            reply.write(cumulative);
          },
        });
        if (asking.signal.aborted) return;
        const { answered, endCall } = reply.finish(parts);
        if (answered) call.post({ type: "replied", turn, endCall });
        else call.post({ type: "replyFailed", turn, reason: "no speech in the answer" });
      } catch (error) {
        reply.close();
        if (!asking.signal.aborted) call.post({ type: "replyFailed", turn, reason: toTelephonyError(error).code });
      } finally {
        if (this.#asking === asking) this.#asking = undefined;
      }
    })();
  }

  /** Asks the carrier, with a deadline; its defects are errors of the contract like any other. */
  #send<Result>(request: (signal: AbortSignal) => Promise<Result>, done: (result: Result) => void, failed: (error: TelephonyError) => void): void {
    withDeadline(this.#ports.clock, REQUEST_MS, request).then(done, (error: unknown) => failed(toTelephonyError(error, "unavailable")));
  }

  /** Something that is nice to have: its failure changes nothing. */
  #aside(work: () => Promise<void> | undefined): void {
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => this.#ports.log.debug("a side task failed", { code: toTelephonyError(error).code }));
  }
}

/** How the carrier is told which call is meant. */
export function callRef(state: Pick<CallState, "record">): CallRef {
  const { callId, carrierIds, carrierState, direction, from, to } = state.record;
  return { callId, carrierIds, direction, from, to, ...(carrierState !== undefined && { carrierState }) };
}
