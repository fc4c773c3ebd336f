import type { StepContent } from "../call/line.ts";

/**
 * Milliseconds that a character of speech takes: carriers' voices speak some 150 words of six characters a minute. Taken
 * a little short, because being early costs a cut word and being late a pause.
 */
const MS_PER_CHARACTER = 55;

/** Milliseconds from one pressed key to the next; the longest pause of one character, too. */
const MS_PER_KEY = 1000;

/** How long a step keeps the line busy, about, in milliseconds. Zero where that is for others to say. */
export function stepDurationMs(step: StepContent): number {
  switch (step.kind) {
    case "say":
      return speechDurationMs(step.text);
    case "listen":
      return speechDurationMs(step.prompt?.text ?? "");
    case "sendDigits":
      return step.digits.length * MS_PER_KEY;
    case "pause":
      return step.durationMs;
    default:
      return 0;
  }
}

/** How long a text takes to be spoken, about, in milliseconds. */
export function speechDurationMs(text: string): number {
  return text.length * MS_PER_CHARACTER;
}
