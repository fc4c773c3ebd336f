import type { Outcome } from "../party/people.ts";
import type { Call } from "./call.ts";

/** How long two parties talk that we have connected. */
const TALK_MS = 5_000;

/** A transfer, as the network carries it out. */
export interface TransferRequest {
  readonly to: string;
  readonly ringTimeoutMs: number;
}

/** How it went, in words for the record where it failed. */
export type TransferResult =
  | { readonly state: "transferred" }
  | { readonly state: "back"; readonly detail: string }
  | { readonly state: "cancelled" };

/** Rings another party. When it answers the call is theirs, and ends when they have talked. */
export function transfer(
  call: Call,
  { ringTimeoutMs }: TransferRequest,
  outcome: Outcome,
  ringMs: number,
  later: (ms: number, callback: () => void) => () => void,
): Promise<TransferResult> {
  return call.during<TransferResult>({ state: "cancelled" }, (done) => {
    const answers = outcome === "answer" || outcome === "voicemail";
    if (outcome === "no-answer" || (answers && ringMs >= ringTimeoutMs))
      return later(ringTimeoutMs, () => done({ state: "back", detail: "no-answer" }));
    return later(outcome === "busy" ? 0 : ringMs, () => {
      if (!answers) return done({ state: "back", detail: outcome });
      call.bridge();
      later(TALK_MS, () => call.end("completed", call.about.direction === "inbound" ? "caller" : "callee"));
      done({ state: "transferred" });
    });
  });
}
