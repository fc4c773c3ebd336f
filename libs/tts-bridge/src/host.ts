/**
 * What is needed of the host's speech synthesis: the part of its plugin interface that speaks, `api.runtime.tts`, and its
 * configuration. Described here by shape, so that this package needs no host to be built or tested.
 */
export interface HostSpeech {
  /** The host's configuration, as it is now. Asked for every text, so that an edit holds from the next sentence on. */
  config(): unknown;
  readonly tts: HostTts;
}

/** The host's text-to-speech. What it is given and gives are objects of the host's configuration, passed on unread. */
export interface HostTts {
  /** Merges `override` over the configuration's `tts`, and takes directives (`[[tts:…]]`) out of the text. */
  prepareTtsRequest(request: { readonly cfg: unknown; readonly override?: unknown; readonly text: string }): Promise<PreparedText>;
  /** Speaks as bare samples, all at once. What goes wrong with its providers resolves, with `success: false`. */
  textToSpeechTelephony(request: HostRequest): Promise<HostTelephonySpeech>;
  /** Speaks while it is made. Few providers can, and what comes may be a file. */
  textToSpeechStream?(request: HostRequest & { readonly disableFallback?: boolean }): Promise<HostStream>;
}

/** A text to the host's providers. */
export interface HostRequest {
  readonly text: string;
  readonly cfg: unknown;
  readonly overrides?: unknown;
  /** Milliseconds for each provider that is tried. */
  readonly timeoutMs?: number;
}

/** A text without its directives, and what they ask for. */
export interface PreparedText {
  readonly cfg: unknown;
  readonly directives: {
    readonly cleanedText: string;
    /** What is to be spoken instead, where a directive says so. */
    readonly ttsText?: string | undefined;
    readonly overrides?: unknown;
  };
}

/** One provider that the host tried. */
export interface HostAttempt {
  readonly provider: string;
  readonly outcome: string;
  /** For example `not_configured`, `unsupported_for_telephony`, `timeout`, `provider_error`. */
  readonly reasonCode: string;
  /** What it answered, which may hold anything. */
  readonly error?: string | undefined;
}

/** What the host says of a text, whether it was spoken or not. Its `error` may repeat what providers answered. */
export interface HostOutcome {
  readonly success: boolean;
  readonly error?: string | undefined;
  readonly provider?: string | undefined;
  readonly providerVoice?: string | undefined;
  /** The provider that should have spoken. */
  readonly fallbackFrom?: string | undefined;
  readonly attempts?: readonly HostAttempt[] | undefined;
  /** Name of the format in the provider's own words, for example `pcm`, `pcm_22050`, `ulaw_8000`. */
  readonly outputFormat?: string | undefined;
}

/** Speech as a whole. */
export interface HostTelephonySpeech extends HostOutcome {
  readonly audioBuffer?: Uint8Array | undefined;
  /** Samples a second. */
  readonly sampleRate?: number | undefined;
}

/** Speech while it is made. */
export interface HostStream extends HostOutcome {
  readonly audioStream?: ReadableStream<Uint8Array> | undefined;
  /** Gives back what the host holds for the stream; asked for in any case. */
  release?(): Promise<void>;
}
