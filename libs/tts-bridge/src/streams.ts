import { TelephonyError, sameFormat, type AudioFormat, type Logger, type Speech } from "@openclaw/telephony-contract";
import type { HostRequest, HostStream, HostTts } from "./host.ts";
import { hostFault, word } from "./outcome.ts";
import { outputFormatOf } from "./output-format.ts";

/** How one of the host's providers is asked for bare samples while it speaks. */
interface StreamPlan {
  /** Merged over the provider's overrides. */
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Samples a second, where the name of the format does not say it. */
  readonly sampleRate?: number;
}

/** Sample rates in which ElevenLabs makes PCM, that a call may have. */
const ELEVENLABS_PCM = [8000, 16_000, 22_050, 24_000];

/** Rate of xAI's PCM, as the host itself takes it. That of its G.711 is not known, so that it is not streamed. */
const XAI_PCM_RATE = 24_000;

/** Those providers of the host that can stream, and whose stream can be bare samples. */
const PLANS: Readonly<Record<string, (preferred: AudioFormat, section: Fields) => StreamPlan | undefined>> = {
  elevenlabs(preferred) {
    const outputFormat = elevenlabsFormat(preferred);
    return outputFormat === undefined ? undefined : { overrides: { outputFormat } };
  },
  xai: (_preferred, section) => (section["responseFormat"] === "pcm" ? { overrides: {}, sampleRate: XAI_PCM_RATE } : undefined),
};

function elevenlabsFormat({ encoding, sampleRate }: AudioFormat): string | undefined {
  if (sampleRate === 8000 && encoding === "mulaw") return "ulaw_8000";
  if (sampleRate === 8000 && encoding === "alaw") return "alaw_8000";
  return encoding === "pcm16" && ELEVENLABS_PCM.includes(sampleRate) ? `pcm_${sampleRate}` : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Speech that is heard while it is made, where the configured provider can do that. Which provider speaks is the host's
 * choice here as elsewhere; what comes is looked at, and a provider that sends anything but bare samples is not asked to
 * stream again.
 */
export class HostStreams {
  readonly #tts: HostTts;
  readonly #log: Logger;
  readonly #unfit = new Set<string>();

  constructor(tts: HostTts, log: Logger) {
    this.#tts = tts;
    this.#log = log;
  }

  /**
   * Speech whose first audio is there, or nothing where it has to be spoken as a whole: with a provider that does not
   * stream, or that failed, in whose place the host then takes another. Rejects where time is over.
   */
  async speak(request: HostRequest, preferred: AudioFormat, signal: AbortSignal): Promise<Speech | undefined> {
    const provider = configuredProvider(request);
    const plan = provider === undefined || this.#unfit.has(provider) ? undefined : PLANS[provider]?.(preferred, providerSection(request.cfg, provider));
    if (!plan || !provider || !this.#tts.textToSpeechStream) return undefined;
    const result = await this.#tts.textToSpeechStream({ ...request, overrides: withOverrides(request.overrides, provider, plan.overrides), disableFallback: true });
    const stream = result.success ? this.#bareSamples(result, provider, plan) : undefined;
    if (stream) return await begin(stream, signal, result);
    void release(result);
    const attempts = result.attempts ?? [];
    // A provider that took all its time once would take it again.
    if (attempts.some(({ reasonCode }) => reasonCode === "timeout")) throw hostFault(result);
    if (attempts.some(({ reasonCode }) => reasonCode === "unsupported_for_streaming")) this.#unfit.add(provider);
    return undefined;
  }

  #bareSamples({ audioStream, outputFormat, provider: speaker }: HostStream, provider: string, { overrides, sampleRate }: StreamPlan) {
    const format = outputFormatOf(outputFormat, sampleRate);
    const asked = outputFormatOf(overrides["outputFormat"] as string | undefined, sampleRate);
    if (audioStream && speaker === provider && format && asked && sameFormat(format, asked)) return { audioStream, format };
    this.#unfit.add(provider);
    this.#log.info("a speech provider does not stream bare audio, so that its sentences are spoken as a whole", { provider: word(provider), format: word(outputFormat ?? "none") });
    return undefined;
  }
}

/** Waits for the first audio of a stream. Nothing where it ends without any, or breaks off before. */
async function begin({ audioStream, format }: { audioStream: ReadableStream<Uint8Array>; format: AudioFormat }, signal: AbortSignal, result: HostStream): Promise<Speech | undefined> {
  const reader = audioStream.getReader();
  const finish = () => {
    signal.removeEventListener("abort", finish);
    // A reader that is cancelled ends as if the stream had ended.
    void reader.cancel().catch(() => {});
    void release(result);
  };
  signal.addEventListener("abort", finish, { once: true });
  if (signal.aborted) finish();
  let first: Uint8Array | undefined;
  try {
    first = await nextChunk(reader);
  } catch {
    // What it says may repeat what the provider answered. The host is asked once more as a whole, and says why it cannot.
  }
  if (first === undefined) {
    finish();
    return undefined;
  }
  const { provider = "unknown", providerVoice } = result;
  return { format, audio: chunks(first, reader, finish), spokenBy: { provider, ...(providerVoice !== undefined && { voice: providerVoice }) } };
}

async function* chunks(first: Uint8Array, reader: ReadableStreamDefaultReader<Uint8Array>, finish: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (let chunk: Uint8Array | undefined = first; chunk; chunk = await nextChunk(reader)) yield chunk;
  } catch (cause) {
    throw new TelephonyError("unavailable", "the host's speech broke off", { retryable: true, cause });
  } finally {
    finish();
  }
}

/** The next chunk that holds anything, or nothing at the end. */
async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return undefined;
    if (value.length > 0) return value;
  }
}

/** Not worth a failure: the speech is there, or was given up. */
async function release(result: HostStream): Promise<void> {
  try {
    await result.release?.();
  } catch {
    // The host keeps what it could not give back.
  }
}

/** The provider that is named, by a directive in the text or by the configuration. */
function configuredProvider({ cfg, overrides }: HostRequest): string | undefined {
  const name = fields(overrides)["provider"] ?? fields(fields(cfg)["tts"])["provider"];
  return typeof name === "string" ? name.trim().toLowerCase() : undefined;
}

function providerSection(cfg: unknown, provider: string): Fields {
  return fields(fields(fields(fields(cfg)["tts"])["providers"])[provider]);
}

function withOverrides(overrides: unknown, provider: string, more: Fields): Fields {
  const all = fields(fields(overrides)["providerOverrides"]);
  return { ...fields(overrides), providerOverrides: { ...all, [provider]: { ...fields(all[provider]), ...more } } };
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
