import type { TranscriberCapabilities } from "../transcriber.ts";
import type { TranscriberRuleId } from "./transcriber-rules.ts";
import type { TranscriberSubject, TranscriberTrial } from "./transcriber-session.ts";

/** One thing that a rule asks of a transcriber. */
export interface TranscriberCase {
  readonly rule: TranscriberRuleId;
  /** Whether it concerns a transcriber that can do this. Absent: it concerns every transcriber. */
  readonly applies?: (capabilities: TranscriberCapabilities) => boolean;
  /** Tries an instance. Throws a `ConformanceError` where the rule is broken. `not-concerned`: the vendor has no such thing. */
  readonly run?: (trial: TranscriberTrial) => Promise<"not-concerned" | void>;
  /** Looks at the definition, without an instance. */
  readonly inspect?: (subject: TranscriberSubject) => Promise<void> | void;
}
