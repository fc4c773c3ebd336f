import { isTelephonyError, type CarrierContext } from "@openclaw/telephony-contract";
import { ask, askOnce, retry } from "@openclaw/telephony-kit";
import type { PlivoConfig } from "./config.ts";
import type { CallInterface } from "./sdk.ts";
import { createTransport } from "./transport.ts";

/** How long Plivo gets for one request with all its attempts. */
export const REQUEST_MS = 10_000;

/** What Plivo says of a call; each member may be missing. */
export interface CallAnswer {
  readonly callStatus?: string;
  readonly callState?: string;
  readonly callUuid?: string;
  readonly requestUuid?: string | readonly string[];
  readonly hangupCauseCode?: string | number;
}

/** Plivo's calls, as far as a carrier needs them. Rejects with errors of the contract only. */
export interface PlivoClient {
  /** Places a call. Sent once; `dial-unknown` where Plivo may have done it. */
  create(numbers: { readonly from: string; readonly to: string }, answerUrl: string, params: object, signal: AbortSignal): Promise<CallAnswer>;
  /** Ends a call by the id of the call. Whether there was one. */
  hangup(callUuid: string, signal: AbortSignal): Promise<boolean>;
  /** Takes back a request to call that was not answered yet. Whether there was one. */
  cancel(requestUuid: string, signal: AbortSignal): Promise<boolean>;
  /** Makes a live call fetch another document. */
  redirect(callUuid: string, url: string, signal: AbortSignal): Promise<void>;
  /** What is known of a call in one of its stages; undefined where it is not in it. */
  look(stage: "live" | "queued" | "record", id: string, signal: AbortSignal): Promise<CallAnswer | undefined>;
}

/** Loads Plivo's SDK and gives a client on it. */
export async function createClient(config: PlivoConfig, { clock, signal: life }: Pick<CarrierContext, "clock" | "signal">): Promise<PlivoClient> {
  const sdk = await import("./sdk.ts");
  const calls = (what: string, signal: AbortSignal): CallInterface => new sdk.CallInterface(createTransport(config, clock, what, signal));
  const options = (what: string, signal: AbortSignal) => ({ what, clock, ms: REQUEST_MS, signal: AbortSignal.any([signal, life]) });

  /** For what may be done twice: asks again where that may help, all within one deadline. */
  const repeatedly = <Result>(what: string, signal: AbortSignal, request: (calls: CallInterface) => Promise<Result>): Promise<Result> =>
    ask((within) => retry(() => request(calls(what, within)), { clock, signal: within }), options(what, signal));

  const wasThere = async (work: Promise<unknown>): Promise<boolean> => (await unlessGone(work)) !== undefined;

  return {
    create: ({ from, to }, answerUrl, params, signal) =>
      askOnce<CallAnswer>((within) => calls("Placing the call", within).create(from, to, answerUrl, params), options("Placing the call", signal)),
    hangup: (id, signal) => wasThere(repeatedly("Hanging up", signal, async (api) => (await api.hangup(id), true))),
    cancel: (id, signal) => wasThere(repeatedly("Taking the call back", signal, async (api) => (await api.cancel(id), true))),
    async redirect(id, url, signal) {
      await repeatedly("The nudge", signal, (api) => {
        // Plivo's spelling, which the SDK hands on as it is; its types know another one.
        const leg: object = { legs: "aleg", aleg_url: url, aleg_method: "POST" };
        return api.transfer(id, leg as Parameters<CallInterface["transfer"]>[1]);
      });
    },
    look: (stage, id, signal) =>
      unlessGone(
        repeatedly<CallAnswer>("Asking for the call", signal, (api) =>
          stage === "live" ? api.getLiveCall(id) : stage === "queued" ? api.getQueuedCall(id) : (api.get(id) as Promise<CallAnswer>),
        ),
      ),
  };
}

/** What the request gives; undefined where Plivo does not know what it was about. */
async function unlessGone<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isTelephonyError(error, "call-gone")) return undefined;
    throw error;
  }
}
