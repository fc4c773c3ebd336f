import { ensure } from "../assertions.ts";
import { ensureInvalidRefused, ensureRegistrable, ensureUnknownRefused, ensureValidAccepted } from "../sections.ts";
import type { TranscriberCase } from "../transcriber-case.ts";

/** What can be told without an instance. */
export const DEFINITION_CASES: readonly TranscriberCase[] = [
  {
    rule: "C24.definition",
    inspect({ definition }) {
      ensureRegistrable(definition, "transcriber");
      ensure(definition.capabilities.formats.length > 0, "capabilities.formats is empty");
    },
  },
  { rule: "C24.valid-config", inspect: ensureValidAccepted },
  { rule: "C24.invalid-config", inspect: ensureInvalidRefused },
  { rule: "C24.unknown-key", inspect: ensureUnknownRefused },
];
