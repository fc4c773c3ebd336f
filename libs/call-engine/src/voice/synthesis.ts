import { TelephonyError, durationMs, type AudioFormat, type Clock, type Speech, type SpeechRequest } from "@openclaw/telephony-contract";
import { createTranscoder } from "@openclaw/telephony-audio";
import { waitFor } from "./deadline.ts";
import type { SpokenBy, VoiceLimits, VoiceSource } from "./types.ts";

/** Audio of one text beyond which it is a defect of the synthesizer, in milliseconds: more than anybody listens to at a stretch. */
const MAX_SPEECH_MS = 10 * 60_000;

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
}

/**
 * Speaks one text with one source, as audio in the preferred format, with at least one byte of it. Chunks are views that
 * are valid until the next one is asked for.
 *
 * Throws what the synthesizer rejects with, or a {@link TelephonyError}: `timeout` where it falls silent, `unsupported` for
 * a format that cannot be converted, `unavailable` where no audio comes. Whoever stops reading ends the request.
 */
export async function* synthesize(request: SynthesisRequest, context: SynthesisContext): AsyncGenerator<Uint8Array, void, void> {
  const { source, ...wanted } = request;
  const { clock, limits, onFirstAudio } = context;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, context.signal]);
  const dueAt = clock.monotonic() + limits.firstAudioMs;
  let chunks: AsyncIterator<Uint8Array> | undefined;
  try {
    // Within an async function, what a synthesizer throws at once is a rejection like any other.
    const asked = (async () => source.synthesizer.synthesize({ ...wanted, signal }))();
    const speech = await waitFor(asked, { clock, ms: limits.firstAudioMs, what: "the first audio", signal });
    const iterator = (chunks = speech.audio[Symbol.asyncIterator]());
    const transcoder = transcoderOf(speech, request.preferred);
    let begun = false;
    let madeMs = 0;
    for (;;) {
      const ms = begun ? limits.stallMs : Math.max(0, dueAt - clock.monotonic());
      const next = await waitFor(iterator.next(), { clock, ms, what: begun ? "more audio" : "the first audio", signal });
      if (next.done) break;
      if (!begun) refuseContainer(next.value);
      const audio = transcoder.process(next.value);
      if (audio.length === 0) continue;
      if (!begun) onFirstAudio({ source: source.id, ...speech.spokenBy });
      begun = true;
      madeMs += durationMs(request.preferred, audio.length);
      if (madeMs > MAX_SPEECH_MS) throw new TelephonyError("internal", "the synthesizer does not come to an end");
      yield audio;
    }
    const rest = transcoder.flush();
    if (!begun && rest.length === 0) throw new TelephonyError("unavailable", "the synthesizer ended without any audio", { retryable: true });
    if (!begun) onFirstAudio({ source: source.id, ...speech.spokenBy });
    if (rest.length > 0) yield rest;
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
