import type { MintedUrl } from "@openclaw/telephony-contract";
import { onAnswered } from "./answered.ts";
import type { Draft } from "./draft.ts";
import { hangUpAsPlanned } from "./ending.ts";
import { deliver, free, replan } from "./line.ts";
import { onMediaLeft } from "./media.ts";
import { comeBack } from "./transfer.ts";

/**
 * A pull carrier asks for the document. Afterwards the plan in force is what it gets: at once, whatever else goes on. A
 * fetch also says that the call is up: carriers ask when there is someone to speak to.
 */
export function onFetch(draft: Draft, minted: MintedUrl): void {
  if (draft.ended || draft.state.hangup) return;
  draft.set({ lastActivityAt: draft.now });
  onAnswered(draft, draft.now);
  // Whoever asks how to go on has the call: nobody else took it.
  const goesOn = minted.purpose === "transfer" || (minted.purpose === "continuation" && minted.revision === draft.line.plan.revision);
  if (goesOn) comeBack(draft);
  if (minted.purpose === "continuation" && minted.revision === draft.line.plan.revision) onMediaLeft(draft);
  const { line } = draft.state;
  if (line.phase === "waiting") {
    // What takes the call off the hook stays as it is; any other plan takes what has come since.
    const made = line.plan.steps[0]?.kind === "answer";
    if (!made) replan(draft);
    return deliver(draft);
  }
  const current = minted.purpose === "entry" || minted.revision === line.plan.revision;
  // An older document's question: it gets what is in force now, as the only thing that is true.
  if (!current) return;
  if (minted.purpose === "continuation") {
    if (line.plan.then === "hangup" && draft.state.agenda.length === 0) return hangUpAsPlanned(draft);
    free(draft);
  }
  // The line was asked for more: whatever there is by now goes along, if only to hold.
  if (draft.line.phase === "free") replan(draft);
  if (draft.line.phase === "waiting") deliver(draft);
}
