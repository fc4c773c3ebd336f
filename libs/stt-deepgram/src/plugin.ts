import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { deepgramDefinition } from "./definition.ts";

export default providerPlugin({
  id: "stt-deepgram",
  name: "Deepgram transcription",
  description: "Streaming transcription of telephone calls by Deepgram for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [deepgramDefinition],
});
