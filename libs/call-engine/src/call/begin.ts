import type { CarrierCallStatus } from "@openclaw/telephony-contract";
import { composeNext } from "../conversation/composition.ts";
import { detectsMachine } from "./detection.ts";
import type { Draft } from "./draft.ts";
import { endCall, finish } from "./ending.ts";
import { advanceLifecycle } from "./lifecycle.ts";
import { deliver, enqueue, kick, replan } from "./line.ts";
import { awaitMedia } from "./media.ts";

/** The first breath of a call: what it says first is planned, and an outbound call is dialled. */
export function begin(draft: Draft, message: string | undefined): void {
  const { record } = draft;
  if (message) {
    draft.set({ opening: message });
    enqueue(draft, { kind: "say", text: message, interruptible: false });
  }
  const detects = record.direction === "outbound" && detectsMachine(draft.state.settings, draft.state.dialDigits);
  if (detects) draft.set({ detection: "verdict" });
  if (draft.state.media) {
    awaitMedia(draft);
    draft.effect({ type: "openAudio", ...(message && { greeting: message }) });
  }
  const composition = composeNext(draft.state);
  draft.startTimer("end", record.deadlines.endBy - draft.now);
  if (record.direction === "inbound") {
    replan(draft, { ...composition, steps: [{ kind: "answer" }, ...composition.steps] });
    // A pull carrier gets its document in answer to the request that brought the call; a push carrier is told.
    if (!draft.pull) deliver(draft);
  } else {
    replan(draft, composition);
    draft.startTimer("ring", record.deadlines.ringBy - draft.now);
    draft.effect({ type: "dial" });
  }
  draft.effect({ type: "prewarm" });
}

/**
 * A call that was live when the last process ended. What the carrier says decides: it is over, or it goes on from where
 * it can be picked up, without a greeting. Nothing is ever dialled here.
 */
export function restore(draft: Draft, status: CarrierCallStatus): void {
  const { record } = draft;
  draft.startTimer("end", record.deadlines.endBy - draft.now);
  if (status.state === "ended") return finish(draft, status.reason ?? "completed", { detail: "ended while the Gateway was away" });
  if (draft.now >= record.deadlines.endBy) return endCall(draft, "max-duration");
  if (status.state === "answered" && record.answeredAt === undefined) advanceLifecycle(draft, "active", draft.now);
  // What it was to say first went with the process: nobody should pick up to silence.
  if (draft.record.answeredAt === undefined) return endCall(draft, "canceled", "the Gateway was restarted while it rang");
  // The parties may be talking already; the carrier will say how it went.
  if (record.lifecycle === "transferring") return;
  // A message may have been heard or not; to say it twice or to sit in silence helps nobody.
  if (record.mode === "notify") return endCall(draft, "completed", "the Gateway was restarted during the message");
  if (status.state !== "answered") return;
  if (draft.state.media) restoreMedia(draft);
  kick(draft);
}

/** The connection went with the process, and is made anew where the carrier can. Ear and voice are made ready meanwhile. */
function restoreMedia(draft: Draft): void {
  if ((draft.state.capabilities.media?.recovery ?? "none") === "none") return endCall(draft, "media-lost", "the carrier cannot connect the audio of a live call anew");
  draft.effect({ type: "openAudio" });
  awaitMedia(draft);
}
