import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { mistralDefinition } from "./definition.ts";

export default providerPlugin({
  id: "stt-mistral",
  name: "Mistral transcription",
  description: "Streaming transcription of telephone calls by Mistral for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [mistralDefinition],
});
