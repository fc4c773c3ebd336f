import { AnsweringMachine } from "./answering-machine.ts";
import type { PartyCall, RemoteParty } from "./party.ts";
import type { Outcome, PeopleSettings, ScriptMove } from "./people.ts";
import { STOCK_SCRIPT, ScriptedPerson } from "./scripted-person.ts";

/** Endings of numbers that always do the same, after the SIP response that means it (RFC 3261, section 21). */
const BY_ENDING: Readonly<Record<string, Outcome>> = { "486": "busy", "408": "no-answer", "603": "reject" };

/** What a number always does, whatever is configured: one that ends in 486 is busy, in 408 silent, in 603 declines. */
export function outcomeOfNumber(number: string): Outcome | undefined {
  return BY_ENDING[number.slice(-3)];
}

/** Who is at the other end, by the number and the settings. */
export function partyBySettings(call: PartyCall, people: PeopleSettings, script: readonly ScriptMove[] = people.script ?? STOCK_SCRIPT): RemoteParty {
  const person = () => new ScriptedPerson(script, people);
  if (call.direction === "inbound") return person();
  switch (outcomeOfNumber(call.to) ?? people.outcome) {
    case "answer":
      return person();
    case "voicemail":
      return new AnsweringMachine(people.voicemailGreeting, people.ringMs);
    case "busy":
      return { ring: (line) => line.refuse("busy") };
    case "reject":
      return { ring: (line) => void line.wait(people.ringMs).then(() => line.refuse("rejected")) };
    case "no-answer":
      return {};
  }
}
