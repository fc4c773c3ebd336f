import { WebSocket } from "ws";
import type { ProviderContext, Transcriber } from "@openclaw/telephony-contract";
import { socketTranscriber } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { OpenAiConfig } from "./config.ts";
import { OpenAiSession } from "./session.ts";

/**
 * Milliseconds of audio that are kept for another connection. The text of an item comes at its end, so that a long
 * sentence is lost with its begin; so much takes no more memory than the default.
 */
const REPLAY_MS = 16_000;

/** Makes the transcriber; nothing is connected before a session is opened. */
export function createTranscriber(config: OpenAiConfig, context: ProviderContext): Transcriber {
  return socketTranscriber({
    service: "OpenAI",
    WebSocket,
    context,
    capabilities,
    limits: { replayMs: REPLAY_MS },
    protocol: (request, report) => new OpenAiSession({ config, request, report, log: context.log }),
  });
}
