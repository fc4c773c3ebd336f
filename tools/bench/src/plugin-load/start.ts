import type { HostLab } from "@openclaw/host-lab";
import { restingMemory } from "./memory.ts";

/** What one start of a Gateway took. */
export interface Start {
  /** From the begin of the process to an accepted operator and `/readyz`, in milliseconds. */
  readonly readyMs: number;
  /** Resident memory at rest after that, in MB. */
  readonly memoryMb: number;
  /** The telephone's own share of the start, as the host's start-up trace tells it. Absent without the telephone. */
  readonly plugin?: { readonly loadMs: number; readonly registerMs: number };
}

const TRACE = /plugins\.gateway-load\.plugin\.voice-call loadMs=([\d.]+) .*?registerMs=([\d.]+)/g;

/** Starts a Gateway, measures it, and stops it again. */
export async function measureStart(lab: HostLab, withTelephone: boolean): Promise<Start> {
  await lab.start();
  const start = { readyMs: lab.startedInMs, memoryMb: await restingMemory(lab) };
  await lab.stop();
  if (!withTelephone) return start;
  const [, loadMs, registerMs] = [...lab.logs().matchAll(TRACE)].at(-1) ?? [];
  if (loadMs === undefined || registerMs === undefined) throw new Error("the host's start-up trace does not tell of the telephone");
  return { ...start, plugin: { loadMs: Number(loadMs), registerMs: Number(registerMs) } };
}
