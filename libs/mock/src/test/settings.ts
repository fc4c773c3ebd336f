import type { MockConfig, MockFlow } from "../settings.ts";

/** A configuration in which nothing takes longer than a test says. */
export function settings(flow: MockFlow, changes: Partial<MockConfig> = {}): MockConfig {
  return {
    flow,
    ringMs: 300,
    outcome: "answer",
    speakingMsPerWord: 300,
    thinkingMs: 200,
    voicemailGreeting: "Nobody is at home.",
    ...changes,
  };
}
