import type { InboundAdmission } from "@openclaw/call-engine";

/** Looking things up, without changing anything. */
const READ_ONLY = ["read", "web_search", "web_fetch", "memory_search", "memory_get"];

/**
 * Tools that a turn may use for someone who calls us. A caller id is no identity, and the host confines a turn only by
 * what is listed here: being no owner still leaves it a shell. Callers nobody vetted get nothing of ours to read. How a
 * caller got through is fixed in the call's record, so that no later change of the policy gives a live call more.
 */
export function toolsForCaller(admission: InboundAdmission | undefined): string[] {
  return admission === "listed" || admission === "approved" ? [...READ_ONLY] : ["web_search"];
}
