import type { CarrierCapabilities, Refusal } from "@openclaw/telephony-contract";
import type { Draft } from "../call/draft.ts";
import type { Composition } from "../call/line.ts";
import type { CallState } from "../call/state.ts";
import type { CallRecord } from "../record.ts";
import { carrierNative } from "./carrier-native.ts";
import { notify } from "./notify.ts";
import { streaming } from "./streaming.ts";

/** What the caller said or pressed in answer to us. */
export interface Heard {
  readonly text: string;
  readonly digits: boolean;
  /** When the words ended, in milliseconds since the epoch. Default: now. */
  readonly heardAt?: number;
  /** When it was sure what they were. */
  readonly finalAt?: number;
}

/** How a call talks. Fixed for the life of a call, and pure: what it decides is a plan. */
export interface Strategy {
  readonly name: string;
  /** What a carrier lacks for it, or nothing. */
  refusals(capabilities: CarrierCapabilities): readonly Refusal[];
  /** What the line does next, given what is on the agenda. */
  compose(state: CallState): Composition;
  /** The caller answered, and nobody waits for it. */
  heard(draft: Draft, heard: Heard): void;
}

/** The strategy of a call. */
export function strategyFor(record: Pick<CallRecord, "mode" | "audioMode">): Strategy {
  if (record.mode === "notify") return notify;
  return record.audioMode === "native" ? carrierNative : streaming;
}

/** The strategy of a live call. */
export function strategyOf(state: CallState): Strategy {
  return strategyFor(state.record);
}

/** What a carrier lacks of the steps that a strategy needs on a call without a media link. */
export function missingSteps(
  capabilities: CarrierCapabilities,
  steps: readonly (keyof CarrierCapabilities["steps"])[],
): readonly Refusal[] {
  return steps
    .filter((kind) => (capabilities.steps[kind]?.native ?? "no") === "no")
    .map((kind) => ({ code: `step-${kind}`, message: `the carrier cannot "${kind}" on a call without a media stream` }));
}
