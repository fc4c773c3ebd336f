import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { xAiDefinition } from "./definition.ts";

export default providerPlugin({
  id: "stt-xai",
  name: "xAI transcription",
  description: "Streaming transcription of telephone calls by xAI for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [xAiDefinition],
});
