import { setTimeout as sleep } from "node:timers/promises";
import { Ear } from "./ear.ts";
import type { Pacer } from "./pacers.ts";

/** One run of a pacer. */
export interface RunOptions {
  /** Calls at once. */
  readonly calls: number;
  readonly seconds: number;
  /** How long the process stalls, once in every second. */
  readonly stallMs: number;
}

/** What came out of it. */
export interface RunResult {
  /** Processor time of this process for one frame, in microseconds. With stalls it holds their time, too. */
  readonly cpuMicros: number;
  /** Calls that heard a silence in the middle of speech, and the longest time that one of them lost so. */
  readonly callsWithGaps: number;
  readonly mostLostMs: number;
}

/** Moments at which calls begin: people do not call in step. */
const MOMENTS = 40;

/** Lets a pacer speak for so long. What sets it up does not count. */
export async function run(pacer: Pacer, { calls, seconds, stallMs }: RunOptions): Promise<RunResult> {
  const ears = Array.from({ length: calls }, () => new Ear());
  // Speech that nobody hears to its end, so that there is never nothing to send.
  const audio = new Uint8Array((seconds + 2) * 8000).fill(0x55);
  const speakers = pacer.create();
  for (let moment = 0; moment < MOMENTS; moment++) {
    for (let call = moment; call < calls; call += MOMENTS) speakers.begin(ears[call] as Ear, audio);
    await sleep(3);
  }
  await sleep(500);
  const before = { cpu: process.cpuUsage(), frames: framesOf(ears) };
  for (let second = 0; second < seconds; second++) {
    await sleep(1000 - stallMs);
    stall(stallMs);
  }
  await sleep(100);
  const cpu = process.cpuUsage(before.cpu);
  speakers.stop();
  return {
    cpuMicros: (cpu.user + cpu.system) / (framesOf(ears) - before.frames),
    callsWithGaps: ears.filter(({ gaps }) => gaps > 0).length,
    mostLostMs: Math.max(...ears.map(({ gapMs }) => gapMs)),
  };
}

function framesOf(ears: readonly Ear[]): number {
  return ears.reduce((sum, { frames }) => sum + frames, 0);
}

/** Keeps the event loop busy, as a large answer that is parsed does, or a garbage collection. */
function stall(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
