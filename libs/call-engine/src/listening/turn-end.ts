import type { SpeechDetector } from "./speech-detector.ts";
import type { TurnItems } from "./turn-items.ts";
import { endsInNumber } from "./words.ts";

/** How long after its last sign a partial text waits for its final one. */
const LOST_FINAL_MS = 5000;
/** How long a flush may take. */
const FLUSH_MS = 2000;
/** Longest wait of a final text for more: while words come, and while only a voice is heard, which may be noise. */
const MORE_WORDS_MS = 10_000;
const MORE_VOICE_MS = 1500;
/** Sound since the last final text that is speech of its own, and sound that is worth a flush. */
const MORE_SPEECH_MS = 200;
const FLUSHED_SPEECH_MS = 100;
/**
 * Silence after a number, which may go on: people who read out digits pause between groups of them for up to a second. And
 * how long such a turn may be altogether, from its first final text: as long as it takes to read out a card.
 */
const NUMBER_PAUSE_MS = 1200;
const LONGEST_NUMBER_MS = 30_000;
/** Speech without a pause and without words for so long is noise. */
const LONGEST_MS = 30_000;

/** How far a turn has come. Times are those of the monotonic clock. */
export interface TurnProgress {
  /** First sign of the turn. */
  beganAt: number | undefined;
  /** When the text last grew. */
  textAt: number;
  /** When the first and the last final text of the turn came. */
  firstFinalAt: number;
  finalAt: number;
  /** A voice that began later than this speaks of something else than the last final text. */
  otherVoiceAfter: number;
  /** What the detector had heard by the last final text, and by the end of the last turn, in milliseconds of sound. */
  heardAtFinal: number;
  heardAtTurn: number;
  /** When the transcriber was asked for what is missing. */
  flushedAt: number | undefined;
}

/** What an end of turn is found by. */
export interface TurnEvidence {
  readonly now: number;
  readonly progress: TurnProgress;
  readonly items: TurnItems;
  readonly voice: Pick<SpeechDetector, "speaking" | "heardMs" | "lastHeardAt" | "onsetAt">;
  /** Whether words come while somebody speaks. */
  readonly partials: boolean;
  /** Silence that ends a turn, where the engine finds the end, in milliseconds. */
  readonly silenceMs: number;
}

/** What to do about the end of a turn. */
export type TurnVerdict =
  /** Nothing was said. */
  | { readonly type: "nothing" }
  | { readonly type: "wait"; readonly until: number }
  /** The caller is not done; what was asked for before does not cover what comes. */
  | { readonly type: "speaking"; readonly until: number }
  /** Ask the transcriber for what is missing, and look again at the latest then. */
  | { readonly type: "flush"; readonly until: number }
  /** The turn is over. `all`: what is not final is taken as it is. */
  | { readonly type: "over"; readonly all: boolean };

/** Whether the caller made sounds that belong to no turn yet. */
export function wasHeard({ voice, progress }: Pick<TurnEvidence, "voice" | "progress">): boolean {
  return voice.heardMs > progress.heardAtTurn;
}

/** The transcriber finds the end: a final text is one, unless the caller goes on. */
export function endByFinals(evidence: TurnEvidence): TurnVerdict {
  const { now, items, progress } = evidence;
  if (!items.hasText) return { type: "nothing" };
  const lostAt = progress.textAt + LOST_FINAL_MS;
  const until = items.some(({ final }) => final) ? Math.max(moreUntil(evidence, lostAt), numberUntil(evidence)) : lostAt;
  return now < until ? { type: "wait", until } : { type: "over", all: now >= lostAt };
}

/** Until when a final text waits for more. */
function moreUntil(evidence: TurnEvidence, lostAt: number): number {
  const { now, items, progress, partials } = evidence;
  if (items.some(({ final, text }) => !final && text !== "")) return Math.min(progress.firstFinalAt + MORE_WORDS_MS, lostAt);
  // Where words come only after the speech, a voice is all that tells of them.
  if (voiceGoesOn(evidence)) return progress.firstFinalAt + (partials ? MORE_VOICE_MS : MORE_WORDS_MS);
  return isOvertaken(items, now) ? progress.firstFinalAt + MORE_VOICE_MS : now;
}

/** Until when a turn that ends in a number waits for the rest of it; of any other, the past. */
function numberUntil(evidence: TurnEvidence): number {
  const { items, voice, progress } = evidence;
  if (!endsInNumber(items.text)) return -Infinity;
  const silentSince = wasHeard(evidence) ? voice.lastHeardAt : progress.textAt;
  return Math.min(silentSince + NUMBER_PAUSE_MS, progress.firstFinalAt + LONGEST_NUMBER_MS);
}

/** Whether a voice is heard that the final texts do not speak of. */
function voiceGoesOn({ voice, progress }: TurnEvidence): boolean {
  if (voice.heardMs - progress.heardAtFinal >= MORE_SPEECH_MS) return true;
  return voice.speaking && voice.onsetAt > progress.otherVoiceAfter;
}

/** Whether something that was announced earlier than a final text is still missing. */
function isOvertaken(items: TurnItems, now: number): boolean {
  const isMissingBefore = (order: number) =>
    items.some((item) => !item.final && item.order < order && now - item.signAt < MORE_WORDS_MS);
  return items.some(({ final, order }) => final && isMissingBefore(order));
}

/** The engine finds the end: silence is one, and the transcriber is then asked for what is missing. */
export function endBySilence(evidence: TurnEvidence): TurnVerdict {
  const { now, items, voice, progress, silenceMs } = evidence;
  const unheard = voice.heardMs - progress.heardAtFinal >= FLUSHED_SPEECH_MS;
  const missing = unheard || items.some(({ final, text }) => !final && text !== "");
  if (!missing && !items.hasText) return { type: "nothing" };
  const pauseMs = endsInNumber(items.text) ? Math.max(silenceMs, NUMBER_PAUSE_MS) : silenceMs;
  const silentAt = Math.min(activeAt(evidence) + pauseMs, noiseAt(evidence));
  if (progress.flushedAt !== undefined) {
    const until = progress.flushedAt + FLUSH_MS;
    if (missing && now < until) return { type: "wait", until };
  }
  if (now < silentAt) return { type: "speaking", until: silentAt };
  if (missing && progress.flushedAt === undefined) return { type: "flush", until: now + FLUSH_MS };
  return { type: "over", all: true };
}

/** When the caller last spoke, by what is heard and by what is recognised. */
function activeAt(evidence: TurnEvidence): number {
  const { items, voice, progress } = evidence;
  if (!wasHeard(evidence)) return progress.textAt;
  // A final text comes some time after the speech, and is no sign of more.
  return items.some(({ final, text }) => !final && text !== "") ? Math.max(voice.lastHeardAt, progress.textAt) : voice.lastHeardAt;
}

/** When a voice that goes on without words has to be noise. */
function noiseAt({ now, items, progress, partials }: TurnEvidence): number {
  if (partials && items.hasText) return progress.textAt + LOST_FINAL_MS;
  return (progress.beganAt ?? now) + LONGEST_MS;
}
