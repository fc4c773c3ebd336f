import type { Clock, SpeechRequest } from "@openclaw/telephony-contract";
import { Delivery, FIRST_AUDIO, type SpeechWriter } from "./delivery.ts";
import { LinkedAbort } from "./linked-abort.ts";
import { Intake } from "./intake.ts";
import { Patience } from "./patience.ts";
import type { SpokenBy, VoiceLimits, VoiceSource } from "./types.ts";

/** One text, and how it is to sound. */
export interface SynthesisRequest extends Omit<SpeechRequest, "signal"> {
  readonly source: VoiceSource;
}

/** What a synthesis happens in. */
export interface SynthesisContext {
  readonly clock: Clock;
  readonly limits: VoiceLimits;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Told when the first audio is there. */
  readonly onFirstAudio: (spokenBy: SpokenBy) => void;
  readonly writer: SpeechWriter;
}

/**
 * Speaks one text with one source, as audio in the preferred format, with at least one byte of it. It is handed over in
 * pieces and not as an iterator of its own, of which every piece would cost some promises more.
 *
 * Rejects with what the synthesizer, or the writer, rejects with, or a `TelephonyError`: `timeout` where it falls silent,
 * `unsupported` for a format that cannot be converted, `unavailable` where no audio comes, `aborted`.
 */
export async function synthesize({ source, ...wanted }: SynthesisRequest, { clock, limits, signal, onFirstAudio, writer }: SynthesisContext): Promise<void> {
  using ended = new LinkedAbort(signal);
  using patience = new Patience(clock, signal);
  const dueAt = clock.monotonic() + limits.firstAudioMs;
  let chunks: AsyncIterator<Uint8Array> | undefined;
  try {
    // Within an async function, what is thrown at once is a rejection like any other.
    const asked = (async () => source.synthesizer.synthesize({ ...wanted, signal: ended.signal }))();
    const speech = await patience.wait(asked, { ms: limits.firstAudioMs, what: FIRST_AUDIO });
    const iterator = (chunks = speech.audio[Symbol.asyncIterator]());
    const delivery = { clock, preferred: wanted.preferred, dueAt, stallMs: limits.stallMs, source: source.id, onFirstAudio, writer };
    await new Intake(iterator, patience, new Delivery(speech, delivery)).all();
  } finally {
    ended.abort();
    // Not waited for: a synthesizer that hangs would hang here once more.
    if (chunks?.return) void Promise.resolve(chunks.return()).catch(() => {});
  }
}
