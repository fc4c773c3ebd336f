import type { ConfigPatch, HostLab } from "@openclaw/host-lab";
import { restingMemory } from "./memory.ts";

/** What a series of config edits left behind. */
export interface Growth {
  /** Resident memory before and after, at rest, in MB. */
  readonly beforeMb: number;
  readonly afterMb: number;
  /** Milliseconds that an edit took to be applied, on average. */
  readonly editMs: number;
}

/** Starts a Gateway and edits its configuration so many times, each time to something else. */
export async function growthPerEdit(lab: HostLab, edits: number, patch: (edit: number) => ConfigPatch): Promise<Growth> {
  await lab.start();
  // The first edit loads what edits need.
  await lab.writeConfig(patch(0));
  const beforeMb = await restingMemory(lab);
  const started = performance.now();
  for (let edit = 1; edit <= edits; edit++) await lab.writeConfig(patch(edit));
  const editMs = (performance.now() - started) / edits;
  const afterMb = await restingMemory(lab);
  await lab.stop();
  return { beforeMb, afterMb, editMs };
}
