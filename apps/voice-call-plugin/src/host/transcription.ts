import {
  CONTRACT,
  MULAW_8K,
  TelephonyError,
  type Clock,
  type Logger,
  type StandardSchema,
  type TranscriberDefinition,
  type TranscriberRequest,
  type TranscriberSession,
} from "@openclaw/telephony-contract";
import type { HostRuntime } from "./api.ts";

/** A transcription provider that some other plugin registered with the host, as far as it is used. */
export interface HostTranscriptionProvider {
  readonly id: string;
  readonly label: string;
  resolveConfig?(context: { cfg: unknown; rawConfig: Record<string, unknown> }): Record<string, unknown>;
  isConfigured(context: { cfg: unknown; providerConfig: Record<string, unknown> }): boolean;
  createSession(request: {
    cfg: unknown;
    providerConfig: Record<string, unknown>;
    onPartial(text: string): void;
    onTranscript(text: string): void;
    onSpeechStart(): void;
    onError(error: Error): void;
  }): HostTranscriptionSession;
}

/** A running transcription of the host's. It takes µ-law of 8 kHz, before it is connected, too. */
interface HostTranscriptionSession {
  connect(): Promise<void>;
  sendAudio(audio: Buffer): void;
  close(): void;
  isConnected(): boolean;
}

/** The host's transcription providers. */
export interface HostTranscription {
  getRealtimeTranscriptionProvider(id: string, cfg?: unknown): HostTranscriptionProvider | undefined;
}

/** Time for which a connection that had an error may be away before the transcription counts as lost: the host tries again by itself. */
const AWAY_MS = 20_000;
/** How long the last words may take after the end. */
const LAST_WORDS_MS = 1000;

/** Whatever the provider's own plugin takes. */
const anySection: StandardSchema<Record<string, unknown>> = {
  "~standard": {
    version: 1,
    vendor: "voice-call",
    validate: (value) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? { value: value as Record<string, unknown> }
        : { issues: [{ message: "has to be a section" }] },
  },
};

/** Finds transcribers among those of the host. The same one for the same id, so that calls share it. */
export function hostTranscribers(host: HostTranscription, runtime: Pick<HostRuntime, "config">): (id: string) => TranscriberDefinition | undefined {
  const made = new Map<string, TranscriberDefinition>();
  return (id) => {
    const known = made.get(id);
    if (known) return known;
    const provider = host.getRealtimeTranscriptionProvider(id, runtime.config.current());
    if (!provider) return undefined;
    const definition = definitionOf(id, provider, runtime);
    made.set(id, definition);
    return definition;
  };
}

function definitionOf(id: string, provider: HostTranscriptionProvider, runtime: Pick<HostRuntime, "config">): TranscriberDefinition {
  return {
    contract: CONTRACT,
    kind: "transcriber",
    id,
    label: provider.label,
    capabilities: { formats: [MULAW_8K], partials: true, speechStart: true, endOfTurn: "provider" },
    config: anySection,
    create: (config, { clock, log }) => {
      const cfg = runtime.config.current();
      const rawConfig = config as Record<string, unknown>;
      const providerConfig = provider.resolveConfig?.({ cfg, rawConfig }) ?? rawConfig;
      if (!provider.isConfigured({ cfg, providerConfig }))
        return Promise.reject(new TelephonyError("config-invalid", `streaming.providers.${id}: the host's transcription provider "${provider.label}" is not configured: give it an API key`));
      return Promise.resolve({
        open: (request: TranscriberRequest) => openSession(provider, { cfg, providerConfig }, request, { clock, log }),
        close: () => Promise.resolve(),
      });
    },
  } satisfies TranscriberDefinition;
}

/** One call's transcription. The host tells no items apart; its texts come one utterance after another. */
function openSession(
  provider: HostTranscriptionProvider,
  configuration: { readonly cfg: unknown; readonly providerConfig: Record<string, unknown> },
  { onEvent, signal }: TranscriberRequest,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): TranscriberSession {
  let item = 1;
  let over = false;
  let cancelCheck = (): void => undefined;
  const itemId = (): string => `host-${item}`;
  const fail = (message: string): void => {
    if (over) return;
    end();
    onEvent({ type: "failed", error: new TelephonyError("unavailable", message) });
  };
  const session = provider.createSession({
    ...configuration,
    onSpeechStart: () => over || onEvent({ type: "speechStarted", itemId: itemId() }),
    onPartial: (text) => over || onEvent({ type: "partial", itemId: itemId(), text }),
    onTranscript(text) {
      if (over) return;
      const finished = itemId();
      item++;
      onEvent({ type: "final", itemId: finished, text });
    },
    onError() {
      if (over) return;
      log.warn("voice call: the host's transcription had an error", { provider: provider.id });
      cancelCheck();
      cancelCheck = clock.schedule(AWAY_MS, () => session.isConnected() || fail(`the host's transcription provider "${provider.id}" lost its connection`));
    },
  });
  const end = (): void => {
    over = true;
    cancelCheck();
    signal.removeEventListener("abort", end);
    session.close();
  };
  signal.addEventListener("abort", end, { once: true });
  session.connect().then(
    () => over || onEvent({ type: "ready" }),
    () => fail(`the host's transcription provider "${provider.id}" cannot be reached: look at its settings under streaming.providers.${provider.id}`),
  );
  return {
    write: (audio) => over || session.sendAudio(Buffer.from(audio)),
    // The host has no way to ask for what it has heard so far.
    flush: () => Promise.resolve(),
    close() {
      if (over) return Promise.resolve();
      cancelCheck();
      session.close();
      return new Promise((resolve) => {
        clock.schedule(LAST_WORDS_MS, () => {
          over = true;
          signal.removeEventListener("abort", end);
          resolve();
        });
      });
    },
  };
}
