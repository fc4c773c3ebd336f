import { setTimeout as sleep } from "node:timers/promises";
import type { HostLab } from "@openclaw/host-lab";

/** What the demonstration reads of a call. */
export interface DemoCall {
  readonly callId: string;
  readonly state: string;
  readonly endedAt?: number;
  readonly startedAt: number;
  readonly transcript: readonly DemoTurn[];
}

/** One thing that was said. */
export interface DemoTurn {
  readonly speaker: "caller" | "agent";
  readonly text: string;
  readonly turnLatencyMs?: number;
}

const POLL_MS = 100;

/** Follows a call until it is over and shows what is said as it is said. Throws when it takes longer than `maxMs`. */
export async function followCall(lab: HostLab, callId: string, maxMs: number, print: (line: string) => void): Promise<DemoCall> {
  const until = Date.now() + maxMs;
  let shown = 0;
  let state = "";
  for (;;) {
    const { call } = (await lab.rpc("voicecall.status", { callId })) as { call?: DemoCall };
    if (!call) throw new Error("the Gateway does not know the call that it has just placed");
    if (call.state !== state && call.endedAt === undefined) print(`  ·  ${(state = call.state)}`);
    // An agent's turn may still grow while it is spoken; it is shown once the next one has begun, or at the end.
    const settled = call.endedAt === undefined ? call.transcript.length - 1 : call.transcript.length;
    for (; shown < settled; shown++) print(turnLine(call.transcript[shown] as DemoTurn));
    if (call.endedAt !== undefined) {
      print(`  ·  ${call.state}`);
      return call;
    }
    if (Date.now() > until) throw new Error(`the call is not over after ${Math.round(maxMs / 1000)} s`);
    await sleep(POLL_MS);
  }
}

function turnLine({ speaker, text, turnLatencyMs }: DemoTurn): string {
  const who = speaker === "agent" ? "agent " : "person";
  return `  ${who}  ${text}${turnLatencyMs === undefined ? "" : `   [${turnLatencyMs} ms]`}`;
}
