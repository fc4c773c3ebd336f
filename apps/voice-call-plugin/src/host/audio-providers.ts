import { type Logger, registerProvider, type TranscriberDefinition } from "@openclaw/telephony-contract";
import { hostSpeechDefinition } from "@openclaw/voice-call-tts-bridge";
import bridge from "@openclaw/voice-call-tts-bridge/package.json" with { type: "json" };
import type { HostRuntime } from "./api.ts";
import { hostTranscribers, type HostTranscription } from "./transcription.ts";

/** Puts the host's speech among the voices, as its own package would. Returns how to take it away. */
export function registerHostSpeech({ config, tts }: Pick<HostRuntime, "config" | "tts">): () => void {
  if (!tts) return () => {};
  const definition = hostSpeechDefinition({ config: () => config.current(), tts });
  return registerProvider(definition, { mode: "full", package: bridge.name, version: bridge.version });
}

/** The way to the host's own transcribers. A host that keeps them to itself costs those, and nothing else. */
export async function findHostTranscribers(
  runtime: Pick<HostRuntime, "config">,
  log: Logger,
  load: () => Promise<HostTranscription> = () => import("openclaw/plugin-sdk/realtime-transcription"),
): Promise<(id: string) => TranscriberDefinition | undefined> {
  try {
    return hostTranscribers(await load(), runtime);
  } catch (error) {
    log.debug("voice call: the host's transcription providers cannot be used", { why: error instanceof Error ? error.name : "unknown" });
    return () => undefined;
  }
}
