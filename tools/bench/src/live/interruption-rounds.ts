import { median } from "../harness/measure.ts";
import { REPLY } from "./reply.ts";
import { start } from "./roles.ts";
import { spokenMs } from "./stub-voice.ts";

/** How late the load may be itself: a frame in a hundred, in milliseconds. */
const LATE_MS = 4;
/** Time until the calls are spread over their turns. */
const SPREAD_MS = 8000;
/** Frames of an answer that a caller hears before it interrupts: four to fourteen seconds. */
const INTERRUPTS_AFTER = [200, 500] as const;

/** How soon our voice stops: medians of the rounds in which the load was in time, in milliseconds. `NaN` where there was none. */
export interface Silence {
  /** Inside the process, from the transcriber's word to the message in the socket's hands. */
  readonly inside: { readonly p50: number; readonly p99: number };
  /** From the caller's frame to the message at the carrier. */
  readonly wireToWire: { readonly p50: number; readonly p99: number };
  readonly interruptions: number;
  /** Those that were not noticed within two seconds. */
  readonly unheard: number;
  readonly rounds: number;
}

/** Has callers interrupt, each some seconds after the other, while all are spoken to. */
export async function interruptions({ streams, rounds, roundMs }: { readonly streams: number; readonly rounds: number; readonly roundMs: number }): Promise<Silence> {
  const agent = { reply: REPLY, firstMs: 0, tokensPerSecond: 0, streams: true };
  await using server = await start("telephone", { format: "mulaw", agent });
  const manners = { pauseFrames: 100, speechFrames: 15, silenceFrames: 15, answerMs: spokenMs(REPLY), interruptsAfter: INTERRUPTS_AFTER };
  await using load = await start("talkLoad", { server: { port: await server.port(), isTelephone: true }, manners });
  await load.open(streams);
  await load.watch(SPREAD_MS);
  const inside: { readonly p50: number; readonly p99: number }[] = [];
  const wireToWire: { readonly p50: number; readonly p99: number }[] = [];
  let count = 0;
  let unheard = 0;
  for (let round = 0; round < 2 * rounds && inside.length < rounds; round++) {
    await server.interruptions();
    const { cleared, late, lost } = await load.watch(roundMs);
    const own = await server.interruptions();
    unheard += lost;
    if (late > LATE_MS) continue;
    inside.push(own);
    wireToWire.push(cleared);
    count += cleared.count;
  }
  await load.hangUp();
  return { inside: typical(inside), wireToWire: typical(wireToWire), interruptions: count, unheard, rounds: inside.length };
}

function typical(rounds: readonly { readonly p50: number; readonly p99: number }[]): { readonly p50: number; readonly p99: number } {
  if (rounds.length === 0) return { p50: NaN, p99: NaN };
  return { p50: median(rounds.map(({ p50 }) => p50)), p99: median(rounds.map(({ p99 }) => p99)) };
}
