import type { CallView, ContinueResult, InitiateRequest, TelephoneCommands } from "@openclaw/call-engine";
import type { Continuations } from "./continuations.ts";
import { type Input, readInput } from "./inputs.ts";
import type { Method } from "./methods.ts";

/** Who asks, as far as the host vouches for it. It wins over what the request itself claims. */
export interface Requester {
  readonly agentId?: string;
  readonly sessionKey?: string;
}

/** What a request works on. */
export interface Switchboard {
  readonly telephone: TelephoneCommands;
  readonly continuations: Continuations;
  /** How long `continue` waits for the caller's words, in milliseconds. */
  readonly transcriptTimeoutMs: () => number;
}

/** Longer than the question itself may take: being spoken comes before the wait for its answer. */
const SPEAKING_ALLOWANCE_MS = 60_000;

/**
 * Carries out a request. Everything that reaches the telephone comes through here, so that RPC, tool and command line
 * understand the same arguments and give the same results. Rejects with a TelephonyError.
 */
export async function perform(method: Method, sent: unknown, board: Switchboard, requester: Requester = {}): Promise<unknown> {
  const { telephone, continuations } = board;
  switch (method) {
    case "initiate":
    case "start": {
      const { callId } = await telephone.initiate(dialling(readInput(method, sent), requester));
      return { callId, initiated: true };
    }
    case "continue": {
      const { callId, message } = readInput(method, sent);
      return heard(await telephone.continue(callId, message));
    }
    case "continue.start": {
      const { callId, message } = readInput(method, sent);
      const operationId = continuations.start(async (signal) => heard(await telephone.continue(callId, message, signal)));
      return { operationId, status: "pending", pollTimeoutMs: board.transcriptTimeoutMs() + SPEAKING_ALLOWANCE_MS };
    }
    case "continue.result":
      return continuations.result(readInput(method, sent).operationId);
    case "speak": {
      const { callId, message } = readInput(method, sent);
      await telephone.speak(callId, message);
      return { success: true };
    }
    case "dtmf": {
      const { callId, digits } = readInput(method, sent);
      await telephone.sendDigits(callId, digits);
      return { success: true };
    }
    case "transfer": {
      const { callId, to } = readInput(method, sent);
      await telephone.transfer(callId, to);
      return { success: true };
    }
    case "end":
      await telephone.end(readInput(method, sent).callId);
      return { success: true };
    case "status":
      return statusOf(readInput(method, sent).callId, telephone);
    case "pairing.list":
      return telephone.pairing.list();
    case "pairing.approve":
      return { success: true, caller: telephone.pairing.approve(readInput(method, sent).caller) };
    case "pairing.refuse":
      return { success: true, caller: telephone.pairing.refuse(readInput(method, sent).caller) };
    case "pairing.revoke":
      telephone.pairing.revoke(readInput(method, sent).caller);
      return { success: true };
  }
}

/** What `status` answers. */
export type StatusResult =
  | { readonly found: true; readonly call: CallView }
  | { readonly found: true; readonly calls: readonly CallView[] }
  | { readonly found: false };

/** The state of one call, or of all that are not over. */
export function statusOf(callId: string | undefined, telephone: Pick<TelephoneCommands, "get" | "active">): StatusResult {
  if (callId === undefined) return { found: true, calls: telephone.active() };
  const call = telephone.get(callId);
  return call ? { found: true, call } : { found: false };
}

function dialling(input: Input<"initiate" | "start">, requester: Requester): InitiateRequest {
  const { to, message, mode, dtmfSequence, sessionKey } = input;
  const agentId = requester.agentId ?? input.agentId;
  const requesterSessionKey = requester.sessionKey ?? input.requesterSessionKey;
  return {
    ...(to !== undefined && { to }),
    ...(message !== undefined && { message }),
    ...(mode !== undefined && { mode }),
    ...(dtmfSequence !== undefined && { dialDigits: dtmfSequence }),
    ...(agentId !== undefined && { agentId }),
    ...(sessionKey !== undefined && { sessionKey }),
    ...(requesterSessionKey !== undefined && { requesterSessionKey }),
  };
}

function heard({ text, turnLatencyMs }: ContinueResult): unknown {
  return { success: true, transcript: text, ...(turnLatencyMs !== undefined && { turnLatencyMs }) };
}
