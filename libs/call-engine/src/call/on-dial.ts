import type { DialResult } from "@openclaw/telephony-contract";
import { bringFirstPlan } from "./answered.ts";
import type { Draft } from "./draft.ts";
import { finish } from "./ending.ts";
import { withIdentity } from "./identity.ts";
import type { Input } from "./input.ts";

/** What became of the dial. An outcome that is not known keeps the call until it shows itself or its ring time is over. */
export function onDial(draft: Draft, input: Extract<Input, { type: "dialed" | "dialFailed" | "found" }>): void {
  if (input.type === "dialed") return adopt(draft, input.result);
  if (draft.ended) return;
  if (input.type === "found") {
    if (input.result) return adopt(draft, input.result);
    return finish(draft, "failed", { detail: "the carrier does not know the call" });
  }
  const { error } = input;
  if (error.code !== "timeout" && error.code !== "dial-unknown") {
    return finish(draft, "failed", { detail: `dial refused (${error.code})` });
  }
  draft.write({ dialUnknown: true });
  draft.log("warn", "it is not known whether the carrier took the call: it is not dialled again", { code: error.code });
  if (draft.state.capabilities.find) draft.effect({ type: "find" });
}

function adopt(draft: Draft, result: DialResult): void {
  draft.set({ record: withIdentity(draft.record, result.carrierIds, result.carrierState) });
  if (draft.record.dialUnknown) draft.write({ dialUnknown: false });
  // It was ended while the carrier was still taking it: now there is something to hang up.
  if (draft.ended || draft.state.hangup) return draft.effect({ type: "hangup" });
  draft.set({ delivery: result.delivery });
  bringFirstPlan(draft);
}
