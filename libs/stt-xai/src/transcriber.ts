import { WebSocket } from "ws";
import type { ProviderContext, Transcriber } from "@openclaw/telephony-contract";
import { socketTranscriber } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { XAiConfig } from "./config.ts";
import { XAiSession } from "./session.ts";

/** Makes the transcriber; nothing is connected before a session is opened. */
export function createTranscriber(config: XAiConfig, context: ProviderContext): Transcriber {
  return socketTranscriber({
    service: "xAI",
    WebSocket,
    context,
    capabilities,
    protocol: (request, report) => new XAiSession(config, request, report),
  });
}
