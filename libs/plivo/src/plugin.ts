import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { plivoDefinition } from "./definition.ts";

export default providerPlugin({
  id: "plivo",
  name: "Plivo",
  description: "Telephone calls over Plivo's Voice API for OpenClaw.",
  package: { name: manifest.name, version: manifest.version },
  providers: [plivoDefinition],
});
