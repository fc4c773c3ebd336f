import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { twilioDefinition } from "./definition.ts";

export default providerPlugin({
  id: "twilio",
  name: "Twilio",
  description: "Telephone calls over Twilio's Programmable Voice for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [twilioDefinition],
});
