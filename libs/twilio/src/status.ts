import type { EndReason } from "@openclaw/telephony-contract";

const END_REASONS: Readonly<Record<string, EndReason>> = {
  completed: "completed",
  busy: "busy",
  "no-answer": "no-answer",
  canceled: "canceled",
  failed: "failed",
};

/** Why a call in this state of Twilio's is over; nothing where it is not over, or the state is not known. */
export function endReasonOf(status: string): EndReason | undefined {
  return Object.hasOwn(END_REASONS, status) ? END_REASONS[status] : undefined;
}

/** Where a call in this state of Twilio's stands. */
export function standingOf(status: string): "ringing" | "answered" | "ended" | "unknown" {
  if (endReasonOf(status)) return "ended";
  if (status === "in-progress") return "answered";
  return ["queued", "initiated", "ringing"].includes(status) ? "ringing" : "unknown";
}
