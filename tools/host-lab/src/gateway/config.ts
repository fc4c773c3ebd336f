import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ModelServer } from "../model-server/index.ts";
import type { LabFolder } from "./lab-folder.ts";

/** Part of `openclaw.json`. Objects merge, arrays and scalars replace, `null` removes the key. */
export interface ConfigPatch {
  readonly [key: string]: unknown;
}

/** The agent's model: the scripted server (by default its Chat Completions interface), or any model of the host. */
export type LabModel =
  | { readonly server: ModelServer; readonly api?: "chat-completions" | "responses"; readonly id?: string }
  | { readonly primary: string };

/** Provider id under which the scripted server is configured, by interface. */
const PROVIDERS = { "chat-completions": "lab", responses: "lab-responses" } as const;

/** What a lab's Gateway is configured with before the caller's own settings. */
export function baseConfig(folder: LabFolder, gateway: { port: number; token: string }): ConfigPatch {
  return {
    gateway: {
      mode: "local",
      bind: "loopback",
      port: gateway.port,
      auth: { mode: "token", token: gateway.token },
    },
    agents: { defaults: { workspace: folder.workspace } },
    // By default under the shared /tmp/openclaw.
    logging: { file: folder.logFile },
    // The two things that would look for the internet at every start.
    update: { checkOnStart: false },
    models: { catalogRefresh: { enabled: false } },
  };
}

/** The model's share of the config. With a scripted server both interfaces are configured, `lab` and `lab-responses`. */
export function modelConfig(model: LabModel): ConfigPatch {
  if ("primary" in model) return { agents: { defaults: { model: { primary: model.primary } } } };
  const { server, api = "chat-completions", id = server.models[0] ?? "" } = model;
  const models = server.models.map((name) => ({
    id: name,
    name: `Scripted ${name}`,
    reasoning: false,
    input: ["text"],
    cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    contextWindow: 128_000,
    maxTokens: 8192,
  }));
  const provider = { baseUrl: server.baseUrl, apiKey: server.apiKey, models };
  return {
    agents: { defaults: { model: { primary: `${PROVIDERS[api]}/${id}` } } },
    models: {
      mode: "merge",
      providers: {
        [PROVIDERS["chat-completions"]]: { ...provider, api: "openai-completions" },
        [PROVIDERS.responses]: { ...provider, api: "openai-responses" },
      },
    },
  };
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** JSON merge patch (RFC 7396). */
export function mergeConfig(base: ConfigPatch, patch: ConfigPatch): ConfigPatch {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key];
    if (value === null) delete merged[key];
    else if (isPlainObject(value)) merged[key] = mergeConfig(isPlainObject(before) ? before : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** Paths of the arrays in a patch; the Gateway wants them named before it replaces one. */
export function arrayPaths(patch: ConfigPatch, prefix = ""): string[] {
  return Object.entries(patch).flatMap(([key, value]) => {
    if (Array.isArray(value)) return [`${prefix}${key}`];
    return isPlainObject(value) ? arrayPaths(value, `${prefix}${key}.`) : [];
  });
}

export function readConfigFile(path: string): ConfigPatch {
  const value: unknown = JSON.parse(readFileSync(path, "utf8"));
  return isPlainObject(value) ? value : {};
}

/** Written beside and renamed, so that a running Gateway never reads half a file. */
export function writeConfigFile(path: string, config: ConfigPatch): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
