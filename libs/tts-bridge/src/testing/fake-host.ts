import type { Clock } from "@openclaw/telephony-contract";
import type { SpeechFault, SpokenAudio } from "@openclaw/telephony-contract/testing";
import type { HostAttempt, HostOutcome, HostRequest, HostSpeech, HostStream, HostTelephonySpeech, HostTts, PreparedText } from "../host.ts";
import { audioOf, streamOf } from "./fake-audio.ts";

/** One of the fake host's speech providers. */
export interface FakeProvider {
  /** What it speaks as a whole. Absent: it cannot speak on a telephone. */
  readonly telephony?: { readonly outputFormat: string; readonly sampleRate?: number };
  /** Name of the format of its stream, by its overrides and its section. Absent: it cannot stream. */
  readonly streams?: (overrides: Fields, section: Fields) => string;
}

/** How a fake host is made. */
export interface FakeHostOptions {
  readonly clock: Clock;
  /** By id, in the order in which the host tries them behind the configured one. */
  readonly providers: Readonly<Record<string, FakeProvider>>;
  /** The host's configuration. A provider is set up when its section has an `apiKey`. */
  readonly config: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/** What the host calls its reasons. */
type Reason = "no_provider_registered" | "not_configured" | "unsupported_for_telephony" | "unsupported_for_streaming" | "timeout" | "provider_error";

const MAX_TEXT = 4096;
const DEFAULT_TIMEOUT_MS = 30_000;
const DIRECTIVE = /\[\[tts:[^\]]*\]\]/g;

/**
 * The speech synthesis of an OpenClaw host of 2026.9, as strict as that: a parameter that the host does not know throws,
 * what its providers do wrong resolves as `success: false`, and `error` repeats what they answered, keys included.
 */
export class FakeHost implements HostSpeech {
  /** Texts that a provider was asked to speak, with its id. */
  readonly spokenTo: { readonly provider: string; readonly text: string }[] = [];
  /** Streams that were not given back yet. */
  openStreams = 0;
  /** What `config()` gives. */
  settings: unknown;
  readonly tts: HostTts;
  readonly #clock: Clock;
  readonly #providers: Readonly<Record<string, FakeProvider>>;
  #next: SpeechFault | undefined;
  #fault: SpeechFault | undefined;

  constructor({ clock, providers, config }: FakeHostOptions) {
    this.#clock = clock;
    this.#providers = providers;
    this.settings = config;
    this.tts = {
      prepareTtsRequest: async (request) => this.#prepare(request),
      textToSpeechTelephony: async (request) => this.#telephony(request),
      textToSpeechStream: async (request) => this.#stream(request),
    };
  }

  config(): unknown {
    return this.settings;
  }

  /** Does something to the configured provider with the next text, however often it is asked to speak it. */
  failNext(fault: SpeechFault): void {
    this.#next = fault;
  }

  #prepare(request: Parameters<HostTts["prepareTtsRequest"]>[0]): PreparedText {
    onlyKnown(request, ["cfg", "override", "text"]);
    if (typeof request.text !== "string") throw new TypeError("text.matchAll is not a function");
    const cfg = fields(request.cfg);
    this.#fault = this.#next;
    this.#next = undefined;
    const [directive] = request.text.match(DIRECTIVE) ?? [];
    const provider = /provider=(\w+)/.exec(directive ?? "")?.[1];
    return {
      cfg: request.override === undefined ? cfg : { ...cfg, tts: mergeDeep(fields(cfg["tts"]), fields(request.override)) },
      directives: { cleanedText: request.text.replace(DIRECTIVE, "").trim(), overrides: provider === undefined ? {} : { provider } },
    };
  }

  async #telephony(request: HostRequest): Promise<HostTelephonySpeech> {
    onlyKnown(request, ["text", "cfg", "prefsPath", "overrides", "timeoutMs"]);
    return this.#attempt(request, this.#candidates(request), {
      skip: (id) => (this.#providers[id]?.telephony ? undefined : "unsupported_for_telephony"),
      speak: (id, fault) => {
        const { outputFormat = "", sampleRate } = this.#providers[id]?.telephony ?? {};
        const audioBuffer = fault === "empty" ? Buffer.alloc(0) : Buffer.from(audioOf(request.text, outputFormat, sampleRate).audio);
        return { audioBuffer, outputFormat, ...(sampleRate !== undefined && { sampleRate }) };
      },
    });
  }

  async #stream(request: HostRequest & { readonly disableFallback?: boolean }): Promise<HostStream> {
    onlyKnown(request, ["text", "cfg", "prefsPath", "channel", "overrides", "disableFallback", "timeoutMs", "agentId", "accountId"]);
    const all = this.#candidates(request);
    return this.#attempt(request, request.disableFallback ? all.slice(0, 1) : all, {
      skip: (id) => (this.#providers[id]?.streams ? undefined : "unsupported_for_streaming"),
      speak: (id, fault) => {
        const section = fields(fields(tts(request.cfg)["providers"])[id]);
        const overrides = fields(fields(fields(request.overrides)["providerOverrides"])[id]);
        const outputFormat = this.#providers[id]?.streams?.(overrides, section) ?? "";
        this.openStreams++;
        let open = true;
        const release = async () => {
          if (open) this.openStreams--;
          open = false;
        };
        return { audioStream: streamOf(audioOf(request.text, outputFormat).audio, fault), release, outputFormat };
      },
    });
  }

  /** The configured provider first, then all others, as the host does it. */
  #candidates({ cfg, overrides }: HostRequest): string[] {
    const configured = fields(overrides)["provider"] ?? tts(cfg)["provider"];
    const first = typeof configured === "string" ? [configured] : [];
    return [...new Set([...first, ...Object.keys(this.#providers)])];
  }

  async #attempt<Audio extends object>(
    { text, cfg, timeoutMs = DEFAULT_TIMEOUT_MS }: HostRequest,
    candidates: readonly string[],
    { skip, speak }: { readonly skip: (id: string) => Reason | undefined; readonly speak: (id: string, fault: SpeechFault | undefined) => Audio },
  ): Promise<HostOutcome & Partial<Audio>> {
    const most = Number(tts(cfg)["maxTextLength"] ?? MAX_TEXT);
    const refused = (error: string, attempts?: readonly HostAttempt[]) => {
      const outcome: HostOutcome = { success: false, error, ...(attempts && { attempts }) };
      return outcome as HostOutcome & Partial<Audio>;
    };
    if (text.length > most) return refused(`Text too long (${text.length} chars, max ${most})`);
    const attempts: HostAttempt[] = [];
    const errors: string[] = [];
    const miss = (provider: string, outcome: "skipped" | "failed", reasonCode: Reason, error: string) => {
      attempts.push({ provider, outcome, reasonCode, error: `${provider}: ${error}` });
      errors.push(`${provider}: ${error}`);
    };
    for (const [index, id] of candidates.entries()) {
      const key = fields(fields(tts(cfg)["providers"])[id])["apiKey"];
      if (!this.#providers[id]) miss(id, "skipped", "no_provider_registered", "no provider registered");
      else if (typeof key !== "string") miss(id, "skipped", "not_configured", "not configured");
      else if (skip(id) !== undefined) miss(id, "skipped", skip(id) ?? "provider_error", "does not support this");
      else {
        this.spokenTo.push({ provider: id, text });
        const fault = index === 0 ? this.#fault : undefined;
        if (fault === "stall") {
          await new Promise<void>((resolve) => void this.#clock.schedule(timeoutMs, resolve));
          miss(id, "failed", "timeout", "request timed out");
        } else if (fault === "server-error") miss(id, "failed", "provider_error", `API error (503): could not speak "${text}"`);
        else if (fault === "unauthorized") miss(id, "failed", "provider_error", `API error (401): Incorrect API key provided: ${key}`);
        else {
          attempts.push({ provider: id, outcome: "success", reasonCode: "success" });
          const outcome: HostOutcome = { success: true, provider: id, attempts, ...(index > 0 && { fallbackFrom: candidates[0] }) };
          return { ...outcome, ...speak(id, fault) };
        }
      }
    }
    return refused(`TTS conversion failed: ${errors.join("; ")}`, attempts);
  }

  /** What a provider speaks for a text, whichever way it is asked. */
  spoken(text: string, outputFormat: string, sampleRate?: number): SpokenAudio {
    return audioOf(text, outputFormat, sampleRate);
  }
}

function onlyKnown(request: object, known: readonly string[]): void {
  const strange = Object.keys(request).find((key) => !known.includes(key));
  if (strange !== undefined) throw new TypeError(`the host knows no parameter "${strange}"`);
}

function tts(cfg: unknown): Fields {
  return fields(fields(cfg)["tts"]);
}

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function mergeDeep(under: Fields, over: Fields): Fields {
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const both = isObject(value) && isObject(under[key]);
    merged[key] = both ? mergeDeep(fields(under[key]), value) : value;
  }
  return merged;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
