import type { HostLab } from "@openclaw/host-lab";
import { vi } from "vitest";

/** What these tests read of a call. */
export interface Call {
  readonly callId: string;
  readonly carrier: string;
  readonly state: string;
  readonly to: string;
  readonly from: string;
  readonly direction: string;
  readonly agentId?: string;
  readonly sessionKey?: string;
  readonly endedAt?: number;
  readonly endReason?: string;
  readonly transcript: readonly { readonly speaker: string; readonly text: string }[];
}

/** What `voicecall.start` takes. */
export interface Wish {
  readonly to?: string;
  readonly message?: string;
  readonly mode?: "notify" | "conversation";
}

/** Longest that anything of a call may take in these tests; on a quiet machine it is a second or two. */
const PATIENCE_MS = 60_000;

/** Places a call over RPC and gives its id. */
export async function place(lab: HostLab, { to = "+15550100", message = "Hello", mode = "conversation" }: Wish = {}): Promise<string> {
  const { callId } = (await lab.rpc("voicecall.start", { to, message, mode })) as { callId: string };
  return callId;
}

/** A call as the Gateway knows it. */
export async function callOf(lab: HostLab, callId: string): Promise<Call> {
  const { call } = (await lab.rpc("voicecall.status", { callId })) as { call?: Call };
  if (!call) throw new Error(`the Gateway does not know the call ${callId}`);
  return call;
}

/** All calls that are not over. */
export async function liveCalls(lab: HostLab): Promise<readonly Call[]> {
  return ((await lab.rpc("voicecall.status", {})) as { calls: readonly Call[] }).calls;
}

/** Waits until a call is as wished, and gives it. */
export async function until(lab: HostLab, callId: string, is: (call: Call) => boolean): Promise<Call> {
  return vi.waitFor(
    async () => {
      const call = await callOf(lab, callId);
      if (!is(call)) throw new Error(`not there yet: ${JSON.stringify(call)}`);
      return call;
    },
    { timeout: PATIENCE_MS, interval: 100 },
  );
}

/** Waits until a call is over, and gives its record. */
export async function ended(lab: HostLab, callId: string): Promise<Call> {
  return until(lab, callId, ({ endedAt }) => endedAt !== undefined);
}

/** Waits until something of the telephone becomes true that no event tells of. */
export async function eventually<Result>(look: () => Promise<Result> | Result): Promise<Result> {
  return vi.waitFor(async () => look(), { timeout: PATIENCE_MS, interval: 200 });
}
