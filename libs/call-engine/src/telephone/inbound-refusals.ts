import {
  TelephonyError,
  toTelephonyError,
  type CallEvent,
  type CallRef,
  type Carrier,
  type IncomingEvent,
  type MintedUrl,
  type Plan,
  type RejectStep,
  type WebhookReply,
} from "@openclaw/telephony-contract";
import { withDeadline } from "../call/deadline.ts";
import type { Lease } from "../carriers/pool.ts";
import type { DoorUrls } from "../door/urls.ts";
import type { EnginePorts } from "../ports.ts";

/** Refused calls that are remembered, and for how long: a carrier may report one again, and ends it within moments. */
const MAX_REMEMBERED = 256;
const REMEMBER_MS = 10 * 60_000;
/** Refusals that carriers are being told of. More are an attack: such a caller hears it ring until he gives up. */
const MAX_UNDER_WAY = 64;
/** Longest time that a carrier gets for one request. */
const REQUEST_MS = 10_000;
const MAX_ATTEMPTS = 2;
const RETRY_MS = 1000;
const MAX_RETRY_MS = 5000;

/** A call that was refused. It has no record. */
interface Refused {
  readonly callId: string;
  readonly carrier: string;
  readonly carrierIds: readonly string[];
  readonly incomingKey: string;
  readonly reason: RejectStep["reason"];
  readonly at: number;
}

/** Calls that were refused: each is turned away at its carrier once, however often the carrier reports it. */
export class InboundRefusals {
  readonly #ports: Pick<EnginePorts, "clock" | "ids" | "log">;
  readonly #urls: DoorUrls;
  readonly #remembered = new Map<string, Refused>();
  /** One for each carrier that is being told; aborting gives up on it. */
  readonly #underWay = new Set<AbortController>();

  constructor(ports: Pick<EnginePorts, "clock" | "ids" | "log">, urls: DoorUrls) {
    this.#ports = ports;
    this.#urls = urls;
  }

  /** Our id of the refused call that an event belongs to, if it does. */
  find(carrier: string, event: CallEvent): string | undefined {
    this.#forgetOld();
    for (const refused of this.#remembered.values()) {
      if (refused.carrier !== carrier) continue;
      const same = refused.callId === event.callId || refused.incomingKey === event.dedupeKey;
      if (same || refused.carrierIds.some((id) => event.carrierIds.includes(id))) return refused.callId;
    }
    return undefined;
  }

  /** Refuses a call: a push carrier is told at once, a pull carrier when it asks for the document. */
  refuse(callId: string, event: IncomingEvent, lease: Lease, reason: RejectStep["reason"]): void {
    const { carrierIds, dedupeKey } = event;
    this.#forgetOld();
    this.#remembered.set(callId, { callId, carrier: lease.id, carrierIds, incomingKey: dedupeKey, reason, at: this.#ports.clock.monotonic() });
    if (lease.capabilities.flow === "push") this.#tell(callRefOf(callId, event), lease, reason);
  }

  /** The document of a call that was refused. */
  document(callId: string, minted: MintedUrl, lease: Lease | undefined): WebhookReply | undefined {
    const refused = this.#remembered.get(callId);
    if (!refused || !lease?.carrier.render || minted.purpose !== "entry") return undefined;
    const steps = canReject(lease) ? [rejectStep(refused.reason)] : [];
    const plan = this.#plan(callId, steps);
    return lease.carrier.render(plan, this.#urls.mint(plan));
  }

  /** Gives up on carriers that have not answered. */
  stop(): void {
    for (const telling of this.#underWay) telling.abort();
    this.#remembered.clear();
  }

  #tell(call: CallRef, lease: Lease, reason: RejectStep["reason"]): void {
    if (this.#underWay.size >= MAX_UNDER_WAY) return this.#ports.log.warn("too many calls are being refused: one is left to ring");
    const telling = new AbortController();
    const held = lease.share();
    this.#underWay.add(telling);
    void this.#turnAway(call, held, reason, telling.signal).finally(() => {
      this.#underWay.delete(telling);
      held.release();
    });
  }

  /** Rejects; a carrier that does not take that hangs up instead. Never rejects itself. */
  async #turnAway(call: CallRef, lease: Lease, reason: RejectStep["reason"], stopping: AbortSignal): Promise<void> {
    try {
      if (canReject(lease) && (await this.#rejected(call, lease.carrier, reason, stopping))) return;
      await this.#ask((signal) => lease.carrier.hangup(call, signal), stopping);
    } catch (error) {
      const { code } = toTelephonyError(error, "unavailable");
      if (code !== "call-gone") this.#ports.log.warn("the carrier did not take the refusal: the call may go on ringing", { code });
    }
  }

  /** Asks to reject, and once more where that may help. Whether the carrier did. */
  async #rejected(call: CallRef, carrier: Carrier, reason: RejectStep["reason"], stopping: AbortSignal): Promise<boolean> {
    const step = rejectStep(reason);
    const plan = this.#plan(call.callId, [step]);
    const { revision, nonce } = plan;
    const urls = this.#urls.mint(plan);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      try {
        await this.#ask(async (signal) => carrier.perform?.(call, step, { revision, nonce, urls, signal }), stopping);
        return true;
      } catch (error) {
        const fault = toTelephonyError(error, "unavailable");
        if (fault.code === "call-gone") return true;
        stopping.throwIfAborted();
        this.#ports.log.info("the carrier did not reject a call", { code: fault.code, attempt });
        if (!fault.retryable) return false;
        if (attempt < MAX_ATTEMPTS) await this.#pause(Math.min(fault.retryAfterMs ?? RETRY_MS, MAX_RETRY_MS), stopping);
      }
    }
    return false;
  }

  #plan(callId: string, steps: Plan["steps"]): Plan {
    return { callId, revision: 1, nonce: this.#ports.ids.nonce(), steps, then: "hangup" };
  }

  /** One request, with a deadline; stopping ends it at once. */
  #ask(request: (signal: AbortSignal) => Promise<void>, stopping: AbortSignal): Promise<void> {
    return withDeadline(this.#ports.clock, REQUEST_MS, (signal) =>
      Promise.race([aborted(stopping), request(AbortSignal.any([signal, stopping]))]),
    );
  }

  async #pause(ms: number, stopping: AbortSignal): Promise<void> {
    let cancel = () => {};
    const over = new Promise<void>((resolve) => (cancel = this.#ports.clock.schedule(ms, resolve)));
    await Promise.race([over, aborted(stopping)]).finally(() => cancel());
  }

  #forgetOld(): void {
    const now = this.#ports.clock.monotonic();
    for (const [callId, { at }] of this.#remembered) {
      if (now - at < REMEMBER_MS && this.#remembered.size < MAX_REMEMBERED) return;
      this.#remembered.delete(callId);
    }
  }
}

function callRefOf(callId: string, { carrierIds, carrierState, from, to }: IncomingEvent): CallRef {
  return { callId, carrierIds, direction: "inbound", from, to, ...(carrierState !== undefined && { carrierState }) };
}

function rejectStep(reason: RejectStep["reason"]): RejectStep {
  return { kind: "reject", id: "1-0", reason };
}

function canReject({ capabilities }: Pick<Lease, "capabilities">): boolean {
  return (capabilities.steps.reject?.unanswered ?? "no") !== "no";
}

/** Never resolves; rejects when the signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new TelephonyError("aborted", "the telephone stops"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
