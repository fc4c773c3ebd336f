import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { openAiDefinition } from "./definition.ts";

export default providerPlugin({
  id: "stt-openai",
  name: "OpenAI transcription",
  description: "Streaming transcription of telephone calls by OpenAI for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [openAiDefinition],
});
