import type { CarrierCapabilities } from "../capabilities.ts";
import type { CarrierRuleId } from "./rules.ts";
import type { ConformanceSubject, Session } from "./session.ts";

/** One thing that a rule asks of a carrier. */
export interface ConformanceCase {
  readonly rule: CarrierRuleId;
  /** Whether it concerns a carrier that can do this. Absent: it concerns every carrier. */
  readonly applies?: (capabilities: CarrierCapabilities) => boolean;
  /** Tries an instance. Throws a `ConformanceError` where the rule is broken. */
  readonly run?: (session: Session) => Promise<void>;
  /** Looks at the definition, without an instance. */
  readonly inspect?: (subject: ConformanceSubject, capabilities: CarrierCapabilities) => Promise<void> | void;
}
