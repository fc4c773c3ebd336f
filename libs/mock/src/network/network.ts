import { randomBytes } from "node:crypto";
import { TelephonyError, type Clock, type IncomingEvent, type Logger } from "@openclaw/telephony-contract";
import { configuredParty, outcomeOfNumber } from "../party/choose.ts";
import type { PartyCall, RemotePartyFactory } from "../party/party.ts";
import type { MockConfig, MockOutcome, ScriptMove } from "../settings.ts";
import { Leg, type Conductor, type LegWishes } from "./leg.ts";
import { transfer, type TransferRequest, type TransferResult } from "./transfer.ts";

/** Calls at one time: far beyond any test, small enough to notice a leak. */
const MAX_LIVE = 200;
/** Calls that are remembered, with those that are over: for `status` and for tests. */
const MAX_REMEMBERED = 400;
/** A caller hangs up when nobody has answered by then. */
const CALLER_PATIENCE_MS = 60_000;

/** A call that we place. Times are in milliseconds. */
export interface Placement extends LegWishes {
  readonly callId: string;
  readonly from: string;
  readonly to: string;
  readonly ringTimeoutMs: number;
}

/** Somebody calls us. */
export interface Visit extends Pick<IncomingEvent, "from" | "to" | "callerName" | "attestation"> {
  /** What the caller does; else as configured. */
  readonly script?: readonly ScriptMove[];
}

/** What a network is made of. */
export interface NetworkOptions {
  readonly config: MockConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** Who is at the other end; the configuration decides where it does not. */
  readonly party: RemotePartyFactory;
  /** What a number does that a call is transferred to. Default: by its ending, else it answers. */
  readonly transferOutcome?: (to: string) => MockOutcome | undefined;
}

/** Gives a new call its conductor. */
export type Conduct = (leg: Leg) => Conductor;

/** The telephone network: its calls, by its ids and ours. */
export class Network {
  // Ids stay unique over restarts: the engine may still know calls of an earlier network.
  readonly #prefix = `mock-${randomBytes(4).toString("hex")}`;
  readonly #legs = new Map<string, Leg>();
  #serial = 0;
  #closed = false;

  constructor(private readonly options: NetworkOptions) {}

  /** All calls that are remembered, the oldest first. */
  get legs(): readonly Leg[] {
    return [...this.#legs.values()];
  }

  find(id: string): Leg | undefined {
    return this.#legs.get(id);
  }

  findOurs(callId: string): Leg | undefined {
    return this.legs.find((leg) => leg.callId === callId);
  }

  /** Places a call and lets it ring. Throws an `unavailable` error where the network is full or closed. */
  place({ callId, from, to, ringTimeoutMs, ...wishes }: Placement, conduct: Conduct): Leg {
    const leg = this.#add({ direction: "outbound", from, to }, conduct, wishes);
    leg.callId = callId;
    const { call, timers } = leg;
    timers.after(ringTimeoutMs, () => call.state === "ringing" && call.end("no-answer", "carrier", "ring-timeout"));
    // Not at once, so that whoever placed the call knows its id before it rings.
    timers.after(0, () => {
      call.tell((party) => party.ring?.(call.line));
      if (call.state === "ringing") leg.report({ type: "ringing" });
    });
    return leg;
  }

  /** Somebody calls us. Throws an `unavailable` error where the network is full or closed. */
  visit({ from, to, callerName, attestation, script }: Visit, conduct: Conduct): Leg {
    const leg = this.#add({ direction: "inbound", from, to }, conduct, {}, script);
    leg.call.tell((caller) => caller.calling?.(leg.call.line));
    leg.timers.after(CALLER_PATIENCE_MS, () => leg.call.state === "ringing" && leg.call.line.hangUp());
    leg.report({ type: "incoming", from, to, ...(callerName !== undefined && { callerName }), ...(attestation !== undefined && { attestation }) });
    return leg;
  }

  /** Hands a call to another party. */
  async transfer(leg: Leg, request: TransferRequest): Promise<TransferResult> {
    const outcome = this.options.transferOutcome?.(request.to) ?? outcomeOfNumber(request.to) ?? "answer";
    return await transfer(leg.call, request, outcome, this.options.config.ringMs, (ms, callback) => leg.timers.after(ms, callback));
  }

  /** Ends everything without a word. */
  close(): void {
    this.#closed = true;
    for (const leg of this.#legs.values()) leg.close();
    this.#legs.clear();
  }

  #add(numbers: Omit<PartyCall, "id">, conduct: Conduct, wishes: LegWishes, script?: readonly ScriptMove[]): Leg {
    const { config, clock, log, party } = this.options;
    if (this.#closed) throw new TelephonyError("unavailable", "The mock network is closed");
    const live = this.legs.filter(({ call }) => call.state !== "ended").length;
    if (live >= MAX_LIVE) throw new TelephonyError("unavailable", `The mock network carries ${MAX_LIVE} calls already`, { retryable: true });
    const about: PartyCall = { ...numbers, id: `${this.#prefix}-${++this.#serial}` };
    const chosen = (script ? undefined : party(about)) ?? configuredParty(about, config, script);
    const leg = new Leg({ ...wishes, about, party: chosen, config, clock, log, conduct });
    this.#legs.set(about.id, leg);
    if (this.#legs.size > MAX_REMEMBERED) this.#forgetOldest();
    return leg;
  }

  #forgetOldest(): void {
    const oldest = this.legs.find(({ call }) => call.state === "ended");
    if (oldest) this.#legs.delete(oldest.id);
  }
}
