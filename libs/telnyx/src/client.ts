import type Telnyx from "telnyx";
import { TelephonyError, type Clock } from "@openclaw/telephony-contract";
import { ask, askOnce, retry } from "@openclaw/telephony-kit";
import type { TelnyxConfig } from "./config.ts";
import { toFault } from "./faults.ts";

/** How long the carrier gets for one request. */
const REQUEST_MS = 10_000;
/** The SDK's own limit, on real time: only for a request that ours did not end. */
const SDK_TIMEOUT_MS = 30_000;

/** One request by the SDK. */
export type Request<Answer = unknown> = (calls: Telnyx["calls"], options: { readonly signal: AbortSignal }) => Promise<Answer>;

/** The carrier's REST interface. Rejects with errors of the contract only. */
export interface Client {
  /** Sends what must not happen twice, once: rejects with `dial-unknown` where it may have happened. */
  once<Answer>(what: string, request: Request<Answer>, signal: AbortSignal): Promise<Answer>;
  /**
   * Sends something that may be sent twice: a question, or a command with a `command_id`, of which the carrier ignores
   * repetitions for 60 seconds. Tried again after a transient fault.
   */
  send<Answer>(what: string, request: Request<Answer>, signal: AbortSignal): Promise<Answer>;
}

/** Loads the SDK. Its own retries and its log are off: retries are ours to decide, and its log holds whole requests. */
export async function createClient({ apiKey, baseUrl }: TelnyxConfig, clock: Clock): Promise<Client> {
  const { Telnyx: Sdk } = await import("telnyx");
  // Whatever is not given here the SDK would take from the environment.
  const { calls } = new Sdk({ apiKey, publicKey: null, clientID: null, clientSecret: null, baseURL: baseUrl, maxRetries: 0, timeout: SDK_TIMEOUT_MS, logLevel: "off" });
  const asking = (what: string, signal: AbortSignal) => ({ ms: REQUEST_MS, clock, signal, what, toFault: (error: unknown) => toFault(error, what) });
  const attempt = <Answer>(what: string, request: Request<Answer>) => async (signal: AbortSignal): Promise<Answer> => {
    const answer = await request(calls, { signal });
    if (typeof answer === "object" && answer !== null && "data" in answer) return answer;
    // Something in between answered in the carrier's place.
    throw new TelephonyError("unavailable", `${what}: the answer is none of Telnyx's`, { retryable: true });
  };
  return {
    once: (what, request, signal) => askOnce(attempt(what, request), asking(what, signal)),
    send: (what, request, signal) => retry(() => ask(attempt(what, request), asking(what, signal)), { clock, signal }),
  };
}
