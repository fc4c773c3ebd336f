import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const MANIFEST = {
  id: "lab-echo",
  name: "Lab echo",
  description: "Answers an RPC; exists only in a test",
  activation: { onStartup: true },
  contracts: { tools: ["lab_echo"] },
  configSchema: {
    type: "object",
    additionalProperties: false,
    properties: { greeting: { type: "string", default: "hello" } },
  },
};

const CODE = `
export default {
  id: "lab-echo",
  name: "Lab echo",
  description: "Answers an RPC; exists only in a test",
  register(api) {
    api.registerGatewayMethod("labecho.say", ({ params, respond }) => {
      respond(true, { greeting: api.pluginConfig?.greeting ?? "hello", heard: params.text, pid: process.pid });
    }, { scope: "operator.read" });
    api.registerTool({
      name: "lab_echo",
      label: "Lab echo",
      description: "Gives back the text it gets",
      parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      async execute(_id, args) {
        return { content: [{ type: "text", text: "echo of " + args.text }], details: {} };
      },
    });
  },
};
`;

/** Writes a plugin into a folder and packs it as its author would; returns the path of the package. */
export function packThrowawayPlugin(folder: string): string {
  const source = join(folder, "lab-echo");
  mkdirSync(source, { recursive: true });
  const manifest = {
    name: "lab-echo",
    version: "1.0.0",
    type: "module",
    files: ["index.js", "openclaw.plugin.json"],
    openclaw: { extensions: ["./index.js"] },
  };
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "openclaw.plugin.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(source, "index.js"), CODE);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["pack", "--offline", "--pack-destination", folder], { cwd: source, stdio: "pipe" });
  return join(folder, "lab-echo-1.0.0.tgz");
}
