import { ensure } from "./assertions.ts";
import { ensureInvalidRefused, ensureRegistrable, ensureUnknownRefused, ensureValidAccepted } from "./sections.ts";
import type { SpeechRuleId } from "./speech-rules.ts";
import type { SpeechSubject } from "./speech-session.ts";

/** What can be told without an instance. */
export const SPEECH_DEFINITION_CASES: readonly { readonly rule: SpeechRuleId; readonly inspect: (subject: SpeechSubject) => Promise<void> | void }[] = [
  {
    rule: "C24.definition",
    inspect({ definition }) {
      ensureRegistrable(definition, "speech-synthesizer");
      ensure(definition.capabilities.formats.length > 0, "capabilities.formats is empty");
    },
  },
  { rule: "C24.valid-config", inspect: ensureValidAccepted },
  { rule: "C24.invalid-config", inspect: ensureInvalidRefused },
  { rule: "C24.unknown-key", inspect: ensureUnknownRefused },
];
