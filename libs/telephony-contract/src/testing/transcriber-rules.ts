/** What a transcriber has to keep, rule by rule. `T` are those of sessions; the others are those of all providers. */
export const TRANSCRIBER_RULES = Object.freeze({
  "C24.definition": "the definition can be registered",
  "C24.valid-config": "the valid configuration is accepted",
  "C24.invalid-config": "an invalid configuration is refused, and the key is named",
  "C24.unknown-key": "an unknown key is refused, and named",
  "T1.ready": "ready is reported once, before anything that was heard",
  "T1.queue": "audio written before the service is ready arrives in full and in order",
  "T2.pass-through": "audio in every declared format arrives byte for byte",
  "T2.copied": "audio is copied when it is written: the buffer belongs to the caller again",
  "T2.format": "a format that is not declared is refused as unsupported",
  "T3.speech-start": "the begin of speech is reported once, before what was said",
  "T4.partials": "partials and the final of an item have its id",
  "T4.final": "a final is reported once, with its text as it is",
  "T5.repeated": "the same words said twice are two items",
  "T6.eager": "an announced end is taken back and announced again under the item's id",
  "T7.flush": "a flush asks the service, and resolves once the final text was reported",
  "T7.deadline": "a flush that nobody answers resolves all the same",
  "T8.last-results": "close reports the last results, and then the connection is over",
  "T8.twice": "closing twice is closing once, and nothing is reported afterwards",
  "T8.instance": "closing the instance ends its sessions, and leaves no timer",
  "T9.reconnect": "a connection lost in the middle of a word is replaced, and the item's audio is sent again",
  "T9.once": "what was reported as final is not heard again after a lost connection",
  "T9.exhausted": "a service that is lost again and again is reported as failed, once and as retryable",
  "T9.isolation": "sessions do not hear each other",
  "T10.unauthorized": "refused credentials are reported as failed with auth-failed, once, and not tried again",
  "T10.server-error": "a service that is faulty at first is tried again, or reported as failed and retryable",
  "T10.expired": "a session that lasted too long goes on with another connection, or is reported as failed, once",
  "T11.keep-alive": "a session without audio stays alive",
  "T12.garbage": "what nobody can make sense of is passed over",
  "T13.abort": "the end of its signal, or of the instance's, ends a session at once and without a word",
  "T13.aborted": "a session whose signal was aborted before makes no connection",
  "T14.out-of-order": "finals in another order than their items keep their ids",
  "T14.item-failed": "a lost item is reported under its id, and the session goes on",
  "T15.never-ready": "a service that never becomes ready is reported as failed, once and as retryable",
  "T15.lost-at-first": "a connection that is lost before it is ready is made again",
  "D5.log": "the log holds no secret and nothing that was said",
  "D5.messages": "error messages hold no secret and nothing that was said",
} as const);

/** Id of a rule for transcribers. */
export type TranscriberRuleId = keyof typeof TRANSCRIBER_RULES;

/** All ids, in the order of the table. */
export const TRANSCRIBER_RULE_IDS: readonly TranscriberRuleId[] = Object.freeze(Object.keys(TRANSCRIBER_RULES) as TranscriberRuleId[]);
