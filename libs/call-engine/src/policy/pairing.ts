import { createHash } from "node:crypto";
import { TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import { withDeadline } from "../call/deadline.ts";
import type { EnginePorts } from "../ports.ts";
import { canonicalNumber, maskNumber } from "../telephone/numbers.ts";
import { PAIRING_LIMITS, PairingAllowance } from "./pairing-allowance.ts";
import type { PairedCaller, PairingCommands, PairingDecision, PairingList, PairingRequest } from "./pairing-types.ts";

/** How long the owner has to decide. */
const REQUEST_MS = 24 * 3_600_000;
/** Requests that may wait at once: more than a person looks through is an attack. */
const MAX_REQUESTS = 50;
/** Decisions that are remembered; far beyond any telephone book. The oldest refusals make way. */
const MAX_DECISIONS = 1000;
const NOTICE_MS = 10_000;

/** Letters and digits of a code: none that look or sound like another. 32, so that a byte gives one without a bias. */
const CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 8;

/** A caller whom nobody knows. */
type Stranger = Pick<PairingRequest, "number" | "dialled" | "attestation">;

type PairingPorts = Pick<EnginePorts, "clock" | "ids" | "log" | "ownerNotice"> & { readonly store: Pick<EnginePorts["store"], "pairing"> };

/** Who is let in because the owner said so, and who asks to be. */
export class Pairing implements PairingCommands {
  readonly #ports: PairingPorts;
  readonly #allowance: PairingAllowance;

  constructor(ports: PairingPorts) {
    this.#ports = ports;
    this.#allowance = new PairingAllowance(ports.clock);
  }

  decisionOn(number: string): PairingDecision | undefined {
    return this.#store.decisionOn(number);
  }

  /**
   * A stranger calls: the owner is asked, once for as long as the request waits. Returns whether the caller may be told so;
   * `telling` is how many are being told at the moment. Beyond the limits nobody is told and nobody is asked.
   */
  ask(stranger: Stranger, telling: number, owner: { readonly agentId?: string }): boolean {
    const waiting = this.#store.requests();
    const known = waiting.some(({ number }) => number === stranger.number);
    if (telling >= PAIRING_LIMITS.atOnce || (!known && waiting.length >= MAX_REQUESTS)) return false;
    if (!this.#allowance.take(stranger.number)) return false;
    if (!known) this.#request(stranger, waiting, owner);
    return true;
  }

  list(): PairingList {
    return { requests: this.#store.requests(), callers: this.#store.decisions() };
  }

  approve(caller: string): PairedCaller {
    return this.#decide(caller, "approved");
  }

  refuse(caller: string): PairedCaller {
    return this.#decide(caller, "refused");
  }

  revoke(written: string): void {
    const number = canonicalNumber(written);
    if (number === undefined) throw new TelephonyError("invalid-request", "whose approval is withdrawn has to be a number in E.164, like +15550100");
    if (!this.#store.forget(number)) throw new TelephonyError("pairing-unknown", "nothing was decided on this number");
    this.#ports.log.info("pairing: a decision was withdrawn", { number: maskNumber(number) });
  }

  get #store() {
    return this.#ports.store.pairing;
  }

  #request(stranger: Stranger, waiting: readonly PairingRequest[], owner: { readonly agentId?: string }): void {
    const { clock, log } = this.#ports;
    const requestedAt = clock.now();
    const request = { ...stranger, code: this.#freshCode(waiting), requestedAt, expiresAt: requestedAt + REQUEST_MS };
    this.#store.request(request);
    log.info("pairing: an unknown caller asks to be let in", { from: maskNumber(stranger.number) });
    void this.#notify(request, owner);
  }

  async #notify(request: PairingRequest, owner: { readonly agentId?: string }): Promise<void> {
    const { clock, log, ownerNotice } = this.#ports;
    if (!ownerNotice) return;
    try {
      await withDeadline(clock, NOTICE_MS, (signal) => ownerNotice.pairingRequested(request, owner, signal));
    } catch (error) {
      log.warn("pairing: the owner could not be told of a request; it waits in the list", { code: toTelephonyError(error).code });
    }
  }

  #freshCode(waiting: readonly PairingRequest[]): string {
    const taken = new Set(waiting.map(({ code }) => code));
    let code = codeFrom(this.#ports.ids.nonce());
    while (taken.has(code)) code = codeFrom(this.#ports.ids.nonce());
    return code;
  }

  #decide(caller: string, decision: PairingDecision): PairedCaller {
    const decided = { number: this.#numberOf(caller), decision, decidedAt: this.#ports.clock.now() };
    this.#makeRoomFor(decided.number);
    this.#store.decide(decided);
    this.#ports.log.info(`pairing: a caller was ${decision}`, { number: maskNumber(decided.number) });
    return decided;
  }

  /** The number that the owner means by a code or by itself. */
  #numberOf(caller: string): string {
    const number = canonicalNumber(caller);
    if (number !== undefined) return number;
    const code = caller.replace(/[\s-]/g, "").toUpperCase();
    const request = this.#store.requests().find((waiting) => waiting.code === code);
    if (request) return request.number;
    throw new TelephonyError("pairing-unknown", "no caller waits under this code, and it is no number in E.164: codes are good for one decision and for a day");
  }

  #makeRoomFor(number: string): void {
    const decisions = this.#store.decisions();
    if (decisions.length < MAX_DECISIONS || decisions.some((known) => known.number === number)) return;
    const oldestRefusal = decisions.findLast(({ decision }) => decision === "refused");
    if (!oldestRefusal) throw new TelephonyError("capacity", `${MAX_DECISIONS} callers are approved: withdraw one first`);
    this.#store.forget(oldestRefusal.number);
  }
}

/** A short code from an identifier that nobody can guess. */
function codeFrom(nonce: string): string {
  const bytes = createHash("sha256").update(nonce).digest().subarray(0, CODE_LENGTH);
  return [...bytes].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]).join("");
}
