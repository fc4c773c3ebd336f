import { providerPlugin } from "@openclaw/telephony-kit";
import manifest from "../package.json" with { type: "json" };
import { mockDefinition } from "./definition.ts";

export default providerPlugin({
  id: "mock",
  name: "Mock telephone network",
  description: "A telephone network inside the process, for trying and testing OpenClaw's telephone.",
  package: { name: manifest.name, version: manifest.version },
  providers: [mockDefinition],
});
