import { WebSocket } from "ws";
import type { ProviderContext, Transcriber } from "@openclaw/telephony-contract";
import { socketTranscriber } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { DeepgramConfig } from "./config.ts";
import { createSession } from "./session.ts";

/** Makes the transcriber; nothing is connected before a session is opened. */
export function createTranscriber(config: DeepgramConfig, context: ProviderContext): Transcriber {
  return socketTranscriber({
    service: "Deepgram",
    WebSocket,
    context,
    capabilities,
    protocol: (request, report) => createSession(config, request, report),
  });
}
