import type { MockConfig, MockOutcome, ScriptMove } from "../settings.ts";
import { AnsweringMachine } from "./answering-machine.ts";
import type { PartyCall, RemoteParty } from "./party.ts";
import { STOCK_SCRIPT, ScriptedPerson } from "./scripted-person.ts";

/** Endings of numbers that always do the same, after the SIP response that means it (RFC 3261, section 21). */
const BY_ENDING: Readonly<Record<string, MockOutcome>> = { "486": "busy", "408": "no-answer", "603": "reject" };

/** What a number always does, whatever is configured: one that ends in 486 is busy, in 408 silent, in 603 declines. */
export function outcomeOfNumber(number: string): MockOutcome | undefined {
  return BY_ENDING[number.slice(-3)];
}

/** Who is at the other end, by the number and the configuration. */
export function configuredParty(call: PartyCall, config: MockConfig, script: readonly ScriptMove[] = config.script ?? STOCK_SCRIPT): RemoteParty {
  const person = () => new ScriptedPerson(script, config);
  if (call.direction === "inbound") return person();
  switch (outcomeOfNumber(call.to) ?? config.outcome) {
    case "answer":
      return person();
    case "voicemail":
      return new AnsweringMachine(config.voicemailGreeting, config.ringMs);
    case "busy":
      return { ring: (line) => line.refuse("busy") };
    case "reject":
      return { ring: (line) => void line.wait(config.ringMs).then(() => line.refuse("rejected")) };
    case "no-answer":
      return {};
  }
}
