import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { HostLab } from "@openclaw/host-lab";

/** A Gateway goes on loading for a while after it is ready; then it is at rest. */
const REST_MS = 8_000;
const SAMPLES = 5;
const SAMPLE_MS = 200;

/** Resident memory of a Gateway once it rests, in MB: the smallest of a few looks. */
export async function restingMemory(lab: HostLab): Promise<number> {
  await sleep(REST_MS);
  const samples: number[] = [];
  for (let look = 0; look < SAMPLES; look++) {
    samples.push(residentMb(lab));
    await sleep(SAMPLE_MS);
  }
  return Math.min(...samples);
}

/** Resident memory of a Gateway's process, in MB. */
export function residentMb({ pid }: HostLab): number {
  if (pid === undefined) throw new Error("the Gateway is not running");
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}
