import type { InboundPolicy } from "@openclaw/call-engine";

/** Looking things up, without changing anything. */
const READ_ONLY = ["read", "web_search", "web_fetch", "memory_search", "memory_get"];

/**
 * Tools that a turn may use for someone who calls us. A caller id is no identity, and the host confines a turn only by
 * what is listed here: being no owner still leaves it a shell. Callers nobody vetted get nothing of ours to read.
 */
export function toolsForCaller(policy: InboundPolicy): string[] {
  return policy === "open" ? ["web_search"] : [...READ_ONLY];
}
