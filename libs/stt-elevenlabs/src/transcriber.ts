import { WebSocket } from "ws";
import type { ProviderContext, Transcriber } from "@openclaw/telephony-contract";
import { socketTranscriber } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { ElevenLabsConfig } from "./config.ts";
import { ElevenLabsSession } from "./session.ts";

/**
 * Milliseconds of audio that are kept for another connection. Nothing of an utterance is final before its end, so that a
 * long one is lost with its begin; so much takes no more memory than the default.
 */
const REPLAY_MS = 16_000;

/** Makes the transcriber; nothing is connected before a session is opened. */
export function createTranscriber(config: ElevenLabsConfig, context: ProviderContext): Transcriber {
  return socketTranscriber({
    service: "ElevenLabs",
    WebSocket,
    context,
    capabilities,
    limits: { replayMs: REPLAY_MS },
    protocol: (request, report) => new ElevenLabsSession(config, request, report),
  });
}
