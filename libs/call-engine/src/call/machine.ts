import type { MachineEvent } from "@openclaw/telephony-contract";
import type { MachineDetection } from "../settings.ts";
import { abandonReply } from "./abandon-reply.ts";
import { onAnswered } from "./answered.ts";
import type { Draft } from "./draft.ts";
import { endCall } from "./ending.ts";
import { kick, supersede } from "./line.ts";
import { isBeingTransferred } from "./transfer.ts";

/**
 * How long a message waits for the end of a machine's greeting, from the verdict. Some carriers never tell that end, and a
 * mailbox takes long silence for the end of a message; few greetings last longer than twenty seconds, of which the
 * verdict takes about five.
 */
const GREETING_MS = 15_000;

/**
 * Who answered. The first verdict that is awaited applies the policy; what comes later or again is only kept. Speech never
 * waits for it: this is a person unless the carrier says otherwise.
 */
export function onMachine(draft: Draft, event: MachineEvent): void {
  if (draft.record.machine === undefined) draft.write({ machine: event.verdict });
  const { detection, settings, hangup, farewell } = draft.state;
  if (detection === undefined || hangup || farewell || isBeingTransferred(draft.state)) return;
  // Only what was picked up can be told apart, whichever of the two is reported first.
  onAnswered(draft, event.occurredAt);
  const machine = event.verdict === "machine" || event.verdict === "fax";
  if (detection === "greeting") {
    if (event.verdict === "machine" && event.greetingEnded) leaveMessage(draft);
    return;
  }
  if (!machine) return goOn(draft);
  draft.log("info", "an answering machine took the call", { policy: settings.machineDetection, verdict: event.verdict });
  apply(draft, settings.machineDetection, event);
}

function apply(draft: Draft, policy: MachineDetection, event: MachineEvent): void {
  switch (policy) {
    case "hangup":
      return endCall(draft, "voicemail");
    case "leave-message":
      if (event.verdict === "fax" || message(draft) === undefined) return endCall(draft, "voicemail", "no message was left");
      if (event.greetingEnded) return leaveMessage(draft);
      return awaitGreeting(draft);
    default:
      return goOn(draft);
  }
}

/** No verdict came in its time, or the machine greets without end. */
export function machineTimeUp(draft: Draft): void {
  const { detection } = draft.state;
  if (detection === undefined) return;
  if (detection === "greeting" && !isBeingTransferred(draft.state)) return leaveMessage(draft);
  draft.log("info", "machine detection came to no verdict in time: a person is assumed");
  goOn(draft);
}

function goOn(draft: Draft): void {
  draft.clear("detection");
  draft.cancelTimer("machine");
  kick(draft);
}

/** Nothing is said and nobody is asked while the machine greets: it records neither. */
function awaitGreeting(draft: Draft): void {
  abandonReply(draft);
  draft.set({ detection: "greeting", agenda: [] });
  draft.startTimer("machine", GREETING_MS);
  supersede(draft);
}

/** The machine records: the message is all that it gets. */
function leaveMessage(draft: Draft): void {
  const text = message(draft) ?? "";
  abandonReply(draft);
  draft.clear("detection");
  draft.cancelTimer("machine");
  draft.set({ agenda: [{ kind: "say", text, interruptible: false }], farewell: { reason: "voicemail", detail: "a message was left" } });
  supersede(draft);
}

/** What is left on a machine: the message of a notification; of a conversation, what is configured or its opening. */
function message({ state }: Draft): string | undefined {
  const { record, settings, opening } = state;
  return (record.mode === "conversation" ? settings.voicemailMessage : undefined) ?? opening;
}
