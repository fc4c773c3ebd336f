import { TelephonyError, durationMs, type AudioFormat, type Clock, type Speech, type SpeechRequest } from "@openclaw/telephony-contract";
import { createTranscoder } from "@openclaw/telephony-audio";
import { LinkedAbort } from "./linked-abort.ts";
import { Intake } from "./intake.ts";
import { Patience } from "./patience.ts";
import type { SpokenBy, VoiceLimits, VoiceSource } from "./types.ts";

/** Audio of one text beyond which it is a defect of the synthesizer, in milliseconds: more than anybody listens to at a stretch. */
const MAX_SPEECH_MS = 10 * 60_000;

const FIRST_AUDIO = "the first audio";
const MORE_AUDIO = "more audio";

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
  /** Takes audio in the preferred format: a view that is valid until it returns. What it returns is waited for. */
  readonly write: (audio: Uint8Array) => Promise<void> | undefined;
}

/**
 * Speaks one text with one source, as audio in the preferred format, with at least one byte of it. It is handed over in
 * pieces and not as an iterator of its own, of which every piece would cost some promises more.
 *
 * Rejects with what the synthesizer, or `write`, rejects with, or a {@link TelephonyError}: `timeout` where it falls silent,
 * `unsupported` for a format that cannot be converted, `unavailable` where no audio comes, `aborted`.
 */
export async function synthesize({ source, ...wanted }: SynthesisRequest, { clock, limits, signal, onFirstAudio, write }: SynthesisContext): Promise<void> {
  using ended = new LinkedAbort(signal);
  using patience = new Patience(clock, signal);
  const dueAt = clock.monotonic() + limits.firstAudioMs;
  let chunks: AsyncIterator<Uint8Array> | undefined;
  try {
    // Within an async function, what is thrown at once is a rejection like any other.
    const asked = (async () => source.synthesizer.synthesize({ ...wanted, signal: ended.signal }))();
    const speech = await patience.wait(asked, { ms: limits.firstAudioMs, what: FIRST_AUDIO });
    const iterator = (chunks = speech.audio[Symbol.asyncIterator]());
    const transcoder = transcoderOf(speech, wanted.preferred);
    let begun = false;
    let madeMs = 0;
    const more = { ms: limits.stallMs, what: MORE_AUDIO };
    const nextWithin = () => (begun ? more : { ms: Math.max(0, dueAt - clock.monotonic()), what: FIRST_AUDIO });
    const take = (chunk: Uint8Array): Promise<void> | undefined => {
      if (!begun) refuseContainer(chunk);
      const audio = transcoder.process(chunk);
      if (audio.length === 0) return undefined;
      if (!begun) onFirstAudio({ source: source.id, ...speech.spokenBy });
      begun = true;
      madeMs += durationMs(wanted.preferred, audio.length);
      if (madeMs > MAX_SPEECH_MS) throw new TelephonyError("internal", "the synthesizer does not come to an end");
      return write(audio);
    };
    await new Intake(iterator, { patience, nextWithin, take }).all();
    const rest = transcoder.flush();
    if (!begun && rest.length === 0) throw new TelephonyError("unavailable", "the synthesizer ended without any audio", { retryable: true });
    if (!begun) onFirstAudio({ source: source.id, ...speech.spokenBy });
    if (rest.length > 0) await write(rest);
  } finally {
    ended.abort();
    // Not waited for: a synthesizer that hangs would hang here once more.
    if (chunks?.return) void Promise.resolve(chunks.return()).catch(() => {});
  }
}

function transcoderOf({ format }: Speech, preferred: AudioFormat) {
  try {
    return createTranscoder(format, preferred);
  } catch (cause) {
    const { encoding, sampleRate } = format;
    throw new TelephonyError("unsupported", `speech came as ${String(encoding)} at ${String(sampleRate)} Hz, which cannot be converted for the telephone`, { cause });
  }
}

/** First bytes of files with audio in them. Played as bare samples they are a bang and noise. */
const CONTAINERS = ["RIFF", "OggS", "fLaC", "ID3\u0003", "ID3\u0004"];

function refuseContainer(chunk: Uint8Array): void {
  const begin = String.fromCharCode(...chunk.subarray(0, 4));
  if (CONTAINERS.includes(begin)) throw new TelephonyError("unsupported", "speech came as an audio file, not as bare samples");
}
