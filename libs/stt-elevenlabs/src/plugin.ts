import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { elevenLabsDefinition } from "./definition.ts";

export default providerPlugin({
  id: "stt-elevenlabs",
  name: "ElevenLabs transcription",
  description: "Streaming transcription of telephone calls by ElevenLabs for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [elevenLabsDefinition],
});
