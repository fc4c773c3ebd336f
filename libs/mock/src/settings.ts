import type { Outcome, PeopleSettings } from "@openclaw/phone-network";

/** How the network and we talk: documents, commands with webhooks, or commands with events inside the process. */
export type MockFlow = "pull" | "push" | "emit";

/** What becomes of a call at the other end. */
export type MockOutcome = Outcome;

/** The mock's section of the configuration, with its defaults filled in. Times are in milliseconds. */
export interface MockConfig extends PeopleSettings {
  readonly flow: MockFlow;
}
