import { TelephonyError, type Clock, type Logger } from "@openclaw/telephony-contract";
import { outcomeOfNumber, partyBySettings } from "../party/choose.ts";
import type { PartyCall, RemotePartyFactory } from "../party/party.ts";
import { DEFAULT_PEOPLE, type Outcome, type PeopleSettings, type ScriptMove } from "../party/people.ts";
import { Leg, type CallerId, type Conductor, type LegWishes } from "./leg.ts";
import { transfer, type TransferRequest, type TransferResult } from "./transfer.ts";

/** Calls at one time: far beyond any test, small enough to notice a leak. */
const MAX_LIVE = 200;
/** Calls that are remembered, with those that are over: for `status` and for tests. */
const MAX_REMEMBERED = 400;
/** A caller hangs up when nobody has answered by then. */
const CALLER_PATIENCE_MS = 60_000;

/** A call that we place. Times are in milliseconds. */
export interface Placement extends LegWishes {
  /** Our id of the call, where the carrier is told it in a field of its own. */
  readonly callId?: string;
  readonly from: string;
  readonly to: string;
  readonly ringTimeoutMs: number;
}

/** Somebody calls us. */
export interface Visit extends CallerId {
  /** E.164 with `+`. */
  readonly from: string;
  /** The number of ours that was dialled, E.164 with `+`. */
  readonly to: string;
  /** What the caller does; else what the settings say. */
  readonly script?: readonly ScriptMove[];
}

/** What the network gives an id to. */
export type Identified = "call" | "recording";

/** What a network is made of. */
export interface NetworkOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Makes ids in the carrier's format. Each has to be new, also after a restart. */
  readonly idFor: (what: Identified) => string;
  /** Default: {@link DEFAULT_PEOPLE}, key by key. */
  readonly people?: Partial<PeopleSettings> | undefined;
  /** Who is at the other end; the settings decide where it gives nothing. */
  readonly party?: RemotePartyFactory | undefined;
  /** What a number does that a call is transferred to. Default: by its ending, else it answers. */
  readonly transferOutcome?: ((to: string) => Outcome | undefined) | undefined;
}

/** What a new call has beside its numbers. */
interface Particulars {
  readonly wishes?: LegWishes;
  readonly caller?: CallerId;
  readonly script?: readonly ScriptMove[] | undefined;
}

/** Gives a new call its conductor. */
export type Conduct = (leg: Leg) => Conductor;

/** The telephone network: its calls, by its ids and ours. */
export class Network {
  readonly #legs = new Map<string, Leg>();
  readonly #people: PeopleSettings;
  #party: RemotePartyFactory | undefined;
  #closed = false;

  constructor(private readonly options: NetworkOptions) {
    this.#people = { ...DEFAULT_PEOPLE, ...options.people };
    this.#party = options.party;
  }

  /** All calls that are remembered, the oldest first. */
  get legs(): readonly Leg[] {
    return [...this.#legs.values()];
  }

  find(id: string): Leg | undefined {
    return this.#legs.get(id);
  }

  /** Chooses who is at the other end of calls that begin from now on; without a factory, the settings do. */
  setParty(party: RemotePartyFactory | undefined): void {
    this.#party = party;
  }

  /** The call to which we gave this id. */
  findOurs(callId: string): Leg | undefined {
    return this.legs.find((leg) => leg.callId === callId);
  }

  /** Places a call and lets it ring. Throws an `unavailable` error where the network is full or closed. */
  place({ callId, from, to, ringTimeoutMs, ...wishes }: Placement, conduct: Conduct): Leg {
    const leg = this.#add({ direction: "outbound", from, to }, conduct, { wishes });
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
  visit({ from, to, script, ...caller }: Visit, conduct: Conduct): Leg {
    const leg = this.#add({ direction: "inbound", from, to }, conduct, { caller, script });
    leg.call.tell((caller) => caller.calling?.(leg.call.line));
    leg.timers.after(CALLER_PATIENCE_MS, () => leg.call.state === "ringing" && leg.call.line.hangUp());
    const { hidesNumber = false, ...known } = caller;
    leg.report({ type: "incoming", from: hidesNumber ? "" : from, to, ...known });
    return leg;
  }

  /** Hands a call to another party. */
  async transfer(leg: Leg, request: TransferRequest): Promise<TransferResult> {
    const outcome = this.options.transferOutcome?.(request.to) ?? outcomeOfNumber(request.to) ?? "answer";
    return await transfer(leg.call, request, outcome, this.#people.ringMs, (ms, callback) => leg.timers.after(ms, callback));
  }

  /** Ends everything without a word. */
  close(): void {
    this.#closed = true;
    for (const leg of this.#legs.values()) leg.close();
    this.#legs.clear();
  }

  #add(numbers: Omit<PartyCall, "id">, conduct: Conduct, { wishes = {}, caller = {}, script }: Particulars): Leg {
    const { clock, log, idFor } = this.options;
    if (this.#closed) throw new TelephonyError("unavailable", "The telephone network is closed");
    const live = this.legs.filter(({ call }) => call.state !== "ended").length;
    if (live >= MAX_LIVE) throw new TelephonyError("unavailable", `The telephone network carries ${MAX_LIVE} calls already`, { retryable: true });
    const about: PartyCall = { ...numbers, id: idFor("call") };
    if (this.#legs.has(about.id)) throw new TelephonyError("internal", "The id of a new call is taken already");
    const party = (script ? undefined : this.#party?.(about)) ?? partyBySettings(about, this.#people, script);
    const recordingId = () => idFor("recording");
    const leg = new Leg({ about, wishes, caller, party, people: this.#people, clock, log, recordingId, conduct });
    this.#legs.set(about.id, leg);
    if (this.#legs.size > MAX_REMEMBERED) this.#forgetOldest();
    return leg;
  }

  #forgetOldest(): void {
    const oldest = this.legs.find(({ call }) => call.state === "ended");
    if (oldest) this.#legs.delete(oldest.id);
  }
}
