import { TelephonyError, isTelephonyError, type ProviderContext, type Speech, type SpeechRequest, type SpeechSynthesizer } from "@openclaw/telephony-contract";
import { withDeadline } from "@openclaw/telephony-kit";
import type { HostSpeechConfig } from "./config.ts";
import { FallbackNotes } from "./fallback-notes.ts";
import type { HostRequest, HostSpeech, HostTelephonySpeech } from "./host.ts";
import { hostFault, word } from "./outcome.ts";
import { outputFormatOf } from "./output-format.ts";
import { HostStreams } from "./streams.ts";

/** Providers that the telephone waits for within one text: the configured one, and another in its place. */
const PROVIDERS_A_TEXT = 2;

/** Makes the host's speech a synthesizer. It holds nothing open; the host is asked anew for every text. */
export function createSynthesizer(host: HostSpeech, config: HostSpeechConfig, { log, clock, signal: instance }: ProviderContext): Promise<SpeechSynthesizer> {
  const closed = new AbortController();
  const notes = new FallbackNotes(log);
  const streams = new HostStreams(host.tts, log);

  async function speak(request: SpeechRequest, signal: AbortSignal): Promise<Speech> {
    const prepared = await ask("prepare the text", () =>
      host.tts.prepareTtsRequest({ cfg: host.config(), ...(config.tts && { override: config.tts }), text: request.text }),
    );
    const { cleanedText, ttsText, overrides } = prepared.directives;
    const text = (ttsText ?? cleanedText).trim();
    if (text === "") throw new TelephonyError("invalid-request", "the text has nothing to speak beside directives");
    const asked: HostRequest = { text, cfg: prepared.cfg, timeoutMs: config.timeoutMs, ...(overrides !== undefined && { overrides }) };
    // Whoever gave up meanwhile is not to pay for a request.
    if (signal.aborted) throw new TelephonyError("aborted", "the speech was given up");
    const streamed = await ask("stream the speech", () => streams.speak(asked, request.preferred, signal));
    if (streamed) return streamed;
    if (signal.aborted) throw new TelephonyError("aborted", "the speech was given up");
    const result = await ask("speak", () => host.tts.textToSpeechTelephony(asked));
    if (!result.success) throw hostFault(result);
    notes.spoken(result);
    return wholeSpeech(result);
  }

  return Promise.resolve({
    synthesize(request) {
      const signal = AbortSignal.any([request.signal, instance, closed.signal]);
      const ms = PROVIDERS_A_TEXT * config.timeoutMs;
      // The deadline ends with the first audio; the request's own signal ends what comes after it.
      return withDeadline((within) => speak(request, AbortSignal.any([signal, within])), { ms, clock, signal, what: "The host's speech" });
    },
    close() {
      closed.abort();
      return Promise.resolve();
    },
  });
}

/** Asks the host. What it throws may repeat configuration or text, so that only its presence is told. */
async function ask<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (isTelephonyError(cause)) throw cause;
    throw new TelephonyError("unavailable", `the host failed to ${what}`, { retryable: true, cause });
  }
}

function wholeSpeech({ audioBuffer, outputFormat, sampleRate, provider = "unknown", providerVoice }: HostTelephonySpeech): Speech {
  if (!audioBuffer || audioBuffer.length === 0) {
    throw new TelephonyError("unavailable", `the host's provider ${word(provider)} brought no audio`, { retryable: true });
  }
  const format = outputFormatOf(outputFormat, sampleRate);
  if (!format) {
    const came = `${word(outputFormat ?? "nothing")} at ${sampleRate ?? "no"} Hz`;
    throw new TelephonyError("unsupported", `the host's provider ${word(provider)} speaks as ${came}, which is no bare audio: choose another tts.provider`);
  }
  return { format, audio: only(audioBuffer), spokenBy: { provider, ...(providerVoice !== undefined && { voice: providerVoice }) } };
}

// eslint-disable-next-line @typescript-eslint/require-await -- one chunk as the stream that the contract asks for
async function* only(audio: Uint8Array): AsyncGenerator<Uint8Array> {
  yield audio;
}
