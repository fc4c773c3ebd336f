import type { ConformanceCase } from "../case.ts";
import { ANSWER_CASES } from "./answers.ts";
import { CAPABILITY_CASES } from "./capabilities.ts";
import { DEFINITION_CASES } from "./definition.ts";
import { EVENT_CASES } from "./events.ts";
import { FAILURE_CASES } from "./failures.ts";
import { FRAME_CASES } from "./frames.ts";
import { IDENTITY_CASES } from "./identity.ts";
import { KEY_AND_TRANSFER_CASES } from "./keys-and-transfers.ts";
import { LINK_CASES } from "./links.ts";
import { PLAN_CASES } from "./plans.ts";
import { WEBHOOK_CASES } from "./webhooks.ts";

/** Everything that is asked of carriers. */
export const CARRIER_CASES: readonly ConformanceCase[] = [
  ...PLAN_CASES,
  ...WEBHOOK_CASES,
  ...ANSWER_CASES,
  ...EVENT_CASES,
  ...IDENTITY_CASES,
  ...CAPABILITY_CASES,
  ...KEY_AND_TRANSFER_CASES,
  ...FRAME_CASES,
  ...LINK_CASES,
  ...DEFINITION_CASES,
  ...FAILURE_CASES,
];
