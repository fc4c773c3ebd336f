import type { SecretResolver } from "../config/index.ts";

/**
 * Resolves references to secrets through the host, which knows where they are kept. For keys that the manifest declares
 * the host has done it already; this is for keys that only a carrier's package knows.
 */
export function secretResolver(hostConfig: unknown, env: NodeJS.ProcessEnv): SecretResolver {
  return async (value, path) => {
    const sdk = await import("openclaw/plugin-sdk/secret-input-runtime");
    const request = { config: hostConfig as never, env, value, path };
    const { value: secret } = await sdk.resolveConfiguredSecretInputString(request);
    return secret;
  };
}

