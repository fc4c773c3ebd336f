import type { Draft } from "./draft.ts";
import { sayGoodbye } from "./farewell.ts";
import { enqueue, kick } from "./line.ts";
import { isSilent } from "./media.ts";

/**
 * We have nothing to say: the caller's silence is timed from now. Only where live audio tells when it ends.
 *
 * @param speechMs how long the caller may be speaking first
 */
export function waitForCaller(draft: Draft, speechMs = 0): void {
  const { media, settings, reply, farewell, waiter, hangup } = draft.state;
  if (media?.phase !== "up" || reply.open || farewell || hangup || waiter || !isSilent(draft)) return;
  const { promptAfterMs, hangupAfterMs } = settings.inactivity;
  const delay = media.prompted ? hangupAfterMs : (promptAfterMs ?? hangupAfterMs);
  if (delay !== undefined) draft.startTimer("inactivity", speechMs + delay);
}

/** The caller has been silent for long: is asked, and after that taken for gone. */
export function onInactivity(draft: Draft): void {
  const { media, settings, reply } = draft.state;
  if (media?.phase !== "up" || reply.open || !isSilent(draft)) return;
  const { promptAfterMs, prompt } = settings.inactivity;
  if (promptAfterMs === undefined || media.prompted) return sayGoodbye(draft, { reason: "inactivity", detail: "nobody spoke" });
  draft.setMedia({ prompted: true });
  enqueue(draft, { kind: "say", text: prompt, interruptible: true });
  kick(draft);
}

/** The agent takes its time: the caller hears that somebody is still there, once for each answer. */
export function passTheTime(draft: Draft): void {
  const { media, reply, agenda, settings } = draft.state;
  const waits = reply.open && reply.entry === undefined && !reply.speculative;
  if (media?.phase !== "up" || !waits || agenda.length > 0 || !isSilent(draft)) return;
  enqueue(draft, { kind: "say", text: settings.thinking.phrase, interruptible: true, filler: true });
  kick(draft);
}
