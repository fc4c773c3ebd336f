import { WebSocket } from "ws";
import type { ProviderContext, Transcriber } from "@openclaw/telephony-contract";
import { socketTranscriber } from "@openclaw/telephony-kit";
import { capabilities } from "./capabilities.ts";
import type { MistralConfig } from "./config.ts";
import { MistralSession } from "./session.ts";

/** Makes the transcriber; nothing is connected before a session is opened. */
export function createTranscriber(config: MistralConfig, context: ProviderContext): Transcriber {
  return socketTranscriber({
    service: "Mistral",
    WebSocket,
    context,
    capabilities,
    protocol: (request, report) => new MistralSession(config, request, report),
  });
}
