import type { EndedEvent } from "@openclaw/telephony-contract";

/** How Plivo tells of a call that is over. */
export interface Ending {
  readonly status: string;
  readonly code: string;
  readonly name: string;
  readonly source: string;
}

const SOURCES: Readonly<Record<NonNullable<EndedEvent["by"]>, string>> = {
  caller: "Caller",
  callee: "Call recipient",
  us: "API Request",
  carrier: "Plivo",
};

const CAUSES: Readonly<Record<string, Omit<Ending, "source"> & Partial<Ending>>> = {
  busy: { status: "busy", code: "3010", name: "Busy Line" },
  rejected: { status: "failed", code: "3020", name: "Rejected" },
  "no-answer": { status: "no-answer", code: "3000", name: "No Answer" },
  "ring-timeout": { status: "timeout", code: "6010", name: "Ring Timeout Reached" },
  canceled: { status: "cancel", code: "1000", name: "Cancelled" },
  completed: { status: "completed", code: "4000", name: "Normal Hangup" },
  "hung-up-by-xml": { status: "completed", code: "4000", name: "Normal Hangup", source: "Answer XML" },
  "end-of-xml": { status: "completed", code: "4010", name: "End Of XML Instructions", source: "Answer XML" },
  "url-unreachable": { status: "completed", code: "7011", name: "Error Reaching Answer URL" },
  "xml-invalid": { status: "completed", code: "8011", name: "Invalid Answer XML" },
};

/** What Plivo says of an end; `cause` is more exact than `reason` where this knows it. */
export function endingOf({ reason, by = "carrier", cause = "" }: Pick<EndedEvent, "reason" | "by" | "cause">): Ending {
  const known = CAUSES[cause] ?? CAUSES[reason] ?? { status: "failed", code: "0", name: "Unknown" };
  return { source: SOURCES[by], ...known };
}
