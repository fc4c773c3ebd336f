import type { CallNews, Leg, ListenResult, TransferRequest, TransferResult } from "@openclaw/phone-network";

/** What the network does for a call that needs more than the call itself. */
export interface NetworkServices {
  readonly transfer: (leg: Leg, request: TransferRequest) => Promise<TransferResult>;
  /** Connects the call's audio with ours. Resolves when that is over. */
  readonly connectAudio: (leg: Leg) => Promise<void>;
}

/** What listening came to, as the answer to the turn that `nonce` names. */
export function answerNews(result: Exclude<ListenResult, { kind: "cancelled" }>, nonce: string): CallNews {
  const turn = { nonce, proof: "echoed" } as const;
  if (result.kind === "no-input") return { type: "listenEnded", turn, outcome: "no-input" };
  return { type: "answer", turn, input: result.kind === "speech" ? { ...result, confidence: 1 } : result };
}
