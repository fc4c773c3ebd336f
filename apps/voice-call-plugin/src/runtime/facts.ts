import { capabilitiesOf, type CarrierCapabilities, type DefinitionOf, listProviders, type RegistrationMode, type Registry, registry as processRegistry, resolveProvider } from "@openclaw/telephony-contract";
import { rosterOf } from "../agent/index.ts";
import {
  inspectSection,
  mergeEnv,
  parseConfig,
  PLUGIN_ID,
  type ReadinessFacts,
  resolveSecrets,
  sectionOf,
  type SecretResolver,
} from "../config/index.ts";

/** Where facts come from. */
export interface FactSources {
  readonly hostConfig: unknown;
  readonly env: NodeJS.ProcessEnv;
  /** How providers have to be registered to count: a Gateway runs only those of full instances. */
  readonly modes: readonly RegistrationMode[];
  /** Absent in a process that may not read secrets: references count as set there. */
  readonly resolveSecret?: SecretResolver;
  /** Where providers are met. Default: the registry of this process. */
  readonly registry?: Registry;
}

/** Gathers what the checks judge by. Never rejects; a provider's own code that throws counts as a fault of its section. */
export async function gatherFacts(sources: FactSources): Promise<ReadinessFacts> {
  const { hostConfig, env, modes, resolveSecret, registry = processRegistry() } = sources;
  const installedCarriers = listProviders("carrier", registry);
  const parsed = parseConfig(pluginSection(hostConfig), { carriers: installedCarriers });
  const facts = { parsed, installedCarriers, agents: rosterOf(hostConfig).agents };
  if (!parsed.ok || parsed.config.provider === undefined) return facts;
  const id = parsed.config.provider;
  const carrier = resolveProvider("carrier", id, { modes, from: registry });
  if (carrier.state !== "found") return { ...facts, carrier };
  const { definition } = carrier;
  const written = sectionOf(parsed.config, id);
  const { section, unresolved } = resolveSecret ? await resolveSecrets(written, id, resolveSecret) : { section: written, unresolved: [] };
  const report = await inspectSection(section, id, definition, env);
  const capabilities = await capabilitiesUnder(definition, mergeEnv(section, definition.env, env));
  return {
    ...facts,
    carrier,
    // A secret that cannot be resolved is told as that, not as absent.
    section: { ...report, missing: report.missing.filter((key) => !unresolved.includes(key)) },
    unresolvedSecrets: unresolved,
    ...(capabilities && { capabilities }),
  };
}

/** The plugin's own section of the host's configuration, as written. */
export function pluginSection(hostConfig: unknown): unknown {
  const path = ["plugins", "entries", PLUGIN_ID, "config"];
  return path.reduce<unknown>((value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined), hostConfig);
}

/** What a carrier can do under its section; unknown while that is not valid. */
async function capabilitiesUnder(definition: DefinitionOf<"carrier">, section: unknown): Promise<CarrierCapabilities | undefined> {
  try {
    const result = await definition.config["~standard"].validate(section);
    return result.issues ? undefined : capabilitiesOf<never>(definition, result.value as never);
  } catch {
    return undefined;
  }
}
