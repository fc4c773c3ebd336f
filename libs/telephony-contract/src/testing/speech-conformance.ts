import type { ConformanceRunner } from "./carrier-conformance.ts";
import { SPEECH_CASES, type SpeechCase } from "./speech-cases.ts";
import { SPEECH_DEFINITION_CASES } from "./speech-definition.ts";
import { SPEECH_RULES } from "./speech-rules.ts";
import { SpeechSession, type SpeechSubject } from "./speech-session.ts";

/** What is tried, and by what. */
export interface SpeechConformanceOptions extends SpeechSubject {
  readonly runner: ConformanceRunner;
  /** Default: the definition's label. */
  readonly name?: string;
}

/**
 * Registers the cases of every rule that concerns the synthesizer, by its capabilities. A failing case is a
 * `ConformanceError` where the synthesizer broke the rule, and a `HarnessError` where the harness kept the kit from trying.
 */
export function speechConformance(options: SpeechConformanceOptions): void {
  const { runner, definition, name = definition.label } = options;
  const describe = runner.describe?.bind(runner) ?? ((_name: string, body: () => void) => body());
  describe(`${name} keeps the contract of speech synthesizers`, () => {
    for (const { rule, inspect } of SPEECH_DEFINITION_CASES) runner.it(`${rule} ${SPEECH_RULES[rule]}`, async () => inspect(options));
    for (const one of SPEECH_CASES) {
      if (one.applies?.(definition.capabilities) ?? true) runner.it(`${one.rule} ${SPEECH_RULES[one.rule]}`, () => tryCase(one, options));
    }
  });
}

/** Tries one case on surroundings of its own. */
async function tryCase(one: SpeechCase, subject: SpeechSubject): Promise<void> {
  const session = await SpeechSession.open(subject);
  try {
    await one.run(session);
  } finally {
    await session.end();
  }
}
