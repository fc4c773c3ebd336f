import type { StandardSchema } from "@openclaw/telephony-contract";

/**
 * A Standard Schema that is imported when the first value is validated, so that registering a provider does not load a
 * schema library: `lazySchema<Config>(async () => (await import("./config.ts")).configSchema)`.
 */
export function lazySchema<Output>(load: () => Promise<StandardSchema<Output>>): StandardSchema<Output> {
  return {
    "~standard": {
      version: 1,
      vendor: "openclaw-telephony",
      validate: async (value) => (await load())["~standard"].validate(value),
    },
  };
}
