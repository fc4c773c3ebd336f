import * as z from "zod";
import { field } from "../field.ts";
import { milliseconds } from "../values.ts";

/** Longest phrase that fills a pause: it is said while somebody waits. */
const MAX_PHRASE = 200;
/** Silence on a telephone beyond which nobody is there: ten minutes. */
const MAX_SILENCE_MS = 600_000;

const decibels = (min: number, max: number) => z.number().min(min).max(max);
const phrase = (fallback: string) => z.string().trim().min(1, "may not be empty").max(MAX_PHRASE, `may have at most ${MAX_PHRASE} characters`).default(fallback);

/** How turns feel on a call with live audio. */
export const conversation = {
  bargeIn: field(
    z.strictObject({
      enabled: field(z.boolean().default(true), { label: "Enabled", help: "Whether callers may talk over the agent.", common: true }),
      minSpeechMs: field(milliseconds(100, 3000).default(500), { label: "Speech (ms)", help: "Speech of this length takes the floor; a shorter sound does not." }),
      minWords: field(z.int().min(1).max(10).default(2), { label: "Words", help: "So many recognised words take the floor at once." }),
      graceMs: field(milliseconds(0, 3000).default(250), { label: "Grace (ms)", help: "For so long after the agent begins to speak nothing interrupts." }),
      noiseMarginDb: field(decibels(3, 30).default(9), { label: "Above noise (dB)", help: "By how much speech is louder than the noise of the room." }),
      echoReturnLossDb: field(decibels(0, 40).default(14), { label: "Echo (dB)", help: "What is quieter than the agent's own voice by more than this is taken for its echo." }),
      resumeAfterMs: field(milliseconds(300, 10_000).default(1500), { label: "Resume after (ms)", help: "An interruption without a word by then was none: the sentence goes on." }),
    }).prefault({}),
    { label: "Barge-in", help: "When a caller who speaks while the agent speaks takes the floor. With live audio only." },
  ),
  thinking: field(
    z.strictObject({
      afterMs: field(milliseconds(300, 30_000).exactOptional(), { label: "After (ms)", help: "Time without an answer after which the phrase is said.", absent: "never" }),
      phrase: field(phrase("One moment, please."), { label: "Phrase", help: "Said once while the agent thinks." }),
    }).prefault({}),
    { label: "Thinking", help: "What callers hear while the agent takes its time. With live audio only." },
  ),
  inactivity: field(
    z.strictObject({
      promptAfterMs: field(milliseconds(3000, MAX_SILENCE_MS).exactOptional(), { label: "Ask after (ms)", help: "Silence after which callers are asked whether they are still there.", absent: "never" }),
      prompt: field(phrase("Are you still there?"), { label: "Question", help: "What they are asked." }),
      hangupAfterMs: field(milliseconds(3000, MAX_SILENCE_MS).exactOptional(), { label: "Hang up after (ms)", help: "Silence after that question, or without it, that ends the call.", absent: "never" }),
    }).prefault({}),
    { label: "Silence", help: "What happens when nobody speaks. With live audio only." },
  ),
};
