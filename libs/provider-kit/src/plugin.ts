import { registerProvider, type AnyProviderDefinition, type RegistrationMode } from "@openclaw/telephony-contract";

/** What a provider plugin uses of the OpenClaw host's plugin API. Every member may be missing: a host may lack it. */
export interface PluginHostApi {
  /** How the host loads the plugin, for example `full`, `discovery` or `cli-metadata`. */
  readonly registrationMode?: string;
  readonly logger?: { error?(message: string): void };
  readonly lifecycle?: {
    /** Calls back once when the host drops this instance of the plugin. */
    onDispose?(callback: () => void): unknown;
  };
}

/** What a provider package says of itself. */
export interface ProviderPluginOptions {
  /** The plugin's id, as in its `openclaw.plugin.json`. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly description: string;
  /** The npm package: its name tells rival providers of one id from copies of the same one. */
  readonly package: { readonly name: string; readonly version: string };
  readonly providers: readonly AnyProviderDefinition[];
}

/** The object that the host loads as a plugin's entry. */
export interface ProviderPlugin {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  register(api: PluginHostApi): void;
}

/** Modes in which providers are of use. In all others (`cli-metadata` and those to come) nothing registers. */
const MODES: readonly string[] = ["full", "discovery", "tool-discovery"] satisfies RegistrationMode[];

/**
 * Makes the plugin entry of a provider package: `export default providerPlugin({...})`.
 *
 * Registers each definition in the registry of the process and takes exactly these registrations back when the host
 * drops the instance. A definition that is refused is logged and leaves the others alone: `register` never throws.
 */
export function providerPlugin(options: ProviderPluginOptions): ProviderPlugin {
  const { id, name, description, package: pkg, providers } = options;
  return {
    id,
    name,
    description,
    register(api) {
      const mode = api.registrationMode;
      if (mode === undefined || !MODES.includes(mode)) return;
      const registration = { mode: mode as RegistrationMode, package: pkg.name, version: pkg.version };
      const takeBack = providers.flatMap((definition) => {
        try {
          return [registerProvider(definition, registration)];
        } catch (error) {
          api.logger?.error?.(`${id}: ${error instanceof Error ? error.message : String(error)}`);
          return [];
        }
      });
      api.lifecycle?.onDispose?.(() => takeBack.forEach((remove) => remove()));
    },
  };
}
