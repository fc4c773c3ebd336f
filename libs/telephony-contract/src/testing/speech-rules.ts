/**
 * What a speech synthesizer has to keep, rule by rule. S is what `SpeechSynthesizer` says of itself; C and D are the
 * letters that carriers have, too: definitions, errors and the log.
 */
export const SPEECH_RULES = Object.freeze({
  "S1.first-audio": "synthesize resolves with speech whose audio begins, goes on and ends",
  "S2.format": "the format that is told is the format of the bytes, and no byte is lost, added or moved",
  "S3.no-audio": "a service that brings no audio is an error, never a silent success",
  "S4.aborted": "what was given up before it began asks nothing of the service",
  "S4.abort": "a synthesis that is given up while it waits is rejected at once",
  "S4.abort-speaking": "speech that is given up while it comes ends at once",
  "S5.instance": "the end of the instance ends its waits, and close settles however often",
  "S6.apart": "two syntheses at once do not know of each other",
  "S7.spoken-by": "speech tells which provider spoke",
  "S8.branded": "every rejection is an error of the contract",
  "C24.definition": "the definition can be registered",
  "C24.valid-config": "the valid configuration is accepted",
  "C24.invalid-config": "an invalid configuration is refused, and the key is named",
  "C24.unknown-key": "an unknown key is refused, and named",
  "D5.log": "the log holds no secret and nothing that was said",
  "D5.messages": "error messages hold no secret and nothing that was said",
} as const);

/** Id of a rule for speech synthesizers. */
export type SpeechRuleId = keyof typeof SPEECH_RULES;

/** All ids, in the order of the table. */
export const SPEECH_RULE_IDS: readonly SpeechRuleId[] = Object.freeze(Object.keys(SPEECH_RULES) as SpeechRuleId[]);
