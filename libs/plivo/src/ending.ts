import type { EndReason, EndedEvent } from "@openclaw/telephony-contract";

/** Statuses of a call that is over. */
const BY_STATUS: Readonly<Record<string, EndReason>> = {
  completed: "completed",
  busy: "busy",
  "no-answer": "no-answer",
  timeout: "no-answer",
  cancel: "canceled",
  canceled: "canceled",
  cancelled: "canceled",
  rejected: "rejected",
  failed: "failed",
};

/** Hang-up codes that say more than the status (plivo.com/docs/voice/troubleshooting/hangup-causes). */
const BY_CODE: Readonly<Record<string, EndReason>> = {
  "3000": "no-answer",
  "3010": "busy",
  "3020": "rejected",
  "6010": "no-answer",
  "9100": "voicemail",
};
/** Hung up by a request to the API, before the call was answered or after. */
const BY_REQUEST = "1000";
/** A normal end, and that of the last document. */
const NORMAL = ["4000", "4010"];

const BY_SOURCE: Readonly<Record<string, NonNullable<EndedEvent["by"]>>> = {
  caller: "caller",
  callee: "callee",
  "call recipient": "callee",
  "api request": "us",
  "answer xml": "us",
  plivo: "carrier",
  carrier: "carrier",
  error: "carrier",
};

/** Whether a status is that of a call that is over. */
export function isOver(status: string): boolean {
  return Object.hasOwn(BY_STATUS, status);
}

/** Why a call ended: from its hang-up code where that says more than its status. */
export function endReason(code = "", status = ""): EndReason {
  if (Object.hasOwn(BY_CODE, code)) return BY_CODE[code] as EndReason;
  if (code === BY_REQUEST && status !== "completed") return "canceled";
  if (isOver(status)) return BY_STATUS[status] as EndReason;
  return NORMAL.includes(code) ? "completed" : "failed";
}

/** Who hung up. */
export function endedBy(source = ""): EndedEvent["by"] {
  const key = source.toLowerCase();
  return Object.hasOwn(BY_SOURCE, key) ? BY_SOURCE[key] : undefined;
}
