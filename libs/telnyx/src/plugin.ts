import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { telnyxDefinition } from "./definition.ts";

export default providerPlugin({
  id: "telnyx",
  name: "Telnyx",
  description: "Telephone calls over Telnyx Call Control for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [telnyxDefinition],
});
