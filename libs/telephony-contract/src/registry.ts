import type { CarrierDefinition } from "./carrier.ts";
import type { ProviderKind, StandardSchema } from "./definition.ts";
import { TelephonyError } from "./errors.ts";
import type { RealtimeVoiceDefinition } from "./realtime.ts";
import type { SpeechSynthesizerDefinition } from "./speech.ts";
import type { TranscriberDefinition } from "./transcriber.ts";
import { CONTRACT } from "./version.ts";

/** Where the process keeps its one registry: `globalThis[REGISTRY_KEY]`. The number is the contract's major version. */
export const REGISTRY_KEY: unique symbol = Symbol.for("openclaw.telephony.registry@1") as never;

/** A definition whose configuration type is closed off: only its own schema knows what `create` takes. */
type Erased<Definition> = Omit<Definition, "config"> & { readonly config: StandardSchema };

/** Any definition, as the registry holds it. */
export type AnyProviderDefinition =
  | Erased<CarrierDefinition<never>>
  | Erased<TranscriberDefinition<never>>
  | Erased<RealtimeVoiceDefinition<never>>
  | Erased<SpeechSynthesizerDefinition<never>>;

/** The definition type of a kind. */
export type DefinitionOf<Kind extends ProviderKind> = Extract<AnyProviderDefinition, { readonly kind: Kind }>;

/** How the host loaded the plugin that registers. Only `full` entries carry calls in a Gateway. */
export type RegistrationMode = "full" | "tool-discovery" | "discovery";

/** Who registers. */
export interface Registration {
  readonly mode: RegistrationMode;
  /** Name of the npm package: two packages that claim one id are a conflict, two copies of one package are not. */
  readonly package: string;
  readonly version: string;
}

/** One registration. Every copy of a package that is loaded makes its own. */
export interface RegistryEntry extends Registration {
  readonly token: symbol;
  /** Position in the order of registration. */
  readonly sequence: number;
  readonly definition: AnyProviderDefinition;
}

/** Tells that entries of a kind and id came or went. */
export type RegistryListener = (change: { readonly kind: ProviderKind; readonly id: string }) => void;

/**
 * The object on `globalThis`. Its methods are frozen for major version 1, because whichever copy of this module came
 * first made it; everything clever is in the functions below, in the reader's own copy.
 */
export interface Registry {
  add(entry: Omit<RegistryEntry, "token" | "sequence">): symbol;
  remove(token: symbol): void;
  entries(): readonly RegistryEntry[];
  subscribe(listener: RegistryListener): () => void;
}

/** Entries that one process may hold: far beyond any installation, small enough to notice a leak. */
const MAX_ENTRIES = 1000;
const MAX_LISTENERS = 100;
const ID_PATTERN = /^[a-z][a-z0-9-]{0,39}$/;
const KINDS: readonly ProviderKind[] = ["carrier", "transcriber", "realtime-voice", "speech-synthesizer"];
const RANK: Readonly<Record<RegistrationMode, number>> = { full: 3, "tool-discovery": 2, discovery: 1 };

/** The registry of this process; made on first use. */
export function registry(): Registry {
  const holder = globalThis as { [REGISTRY_KEY]?: Registry };
  return (holder[REGISTRY_KEY] ??= createRegistry());
}

/** A registry of its own, for tests. Everyone else uses {@link registry}. */
export function createRegistry(): Registry {
  const entries = new Map<symbol, RegistryEntry>();
  const listeners = new Set<RegistryListener>();
  let sequence = 0;
  const tell = (definition: AnyProviderDefinition) => {
    for (const listener of [...listeners]) {
      try {
        listener({ kind: definition.kind, id: definition.id });
      } catch {
        // A listener's fault is its own: it may not keep others from hearing, nor the provider from registering.
      }
    }
  };
  return Object.freeze({
    add(entry) {
      if (entries.size >= MAX_ENTRIES)
        throw new TelephonyError("internal", `more than ${MAX_ENTRIES} providers are registered: something never removes its own`);
      const token = Symbol(`${entry.definition.kind}:${entry.definition.id}`);
      entries.set(token, Object.freeze({ ...entry, token, sequence: ++sequence }));
      tell(entry.definition);
      return token;
    },
    remove(token) {
      const entry = entries.get(token);
      if (entry && entries.delete(token)) tell(entry.definition);
    },
    entries: () => [...entries.values()],
    subscribe(listener) {
      if (listeners.size >= MAX_LISTENERS)
        throw new TelephonyError("internal", `more than ${MAX_LISTENERS} listen to the registry: something never leaves`);
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } satisfies Registry);
}

/**
 * Registers a provider. Returns the way to take it back, which only ever removes this one registration.
 *
 * Throws a `definition-invalid` error that names what is wrong with the definition.
 */
export function registerProvider(
  definition: AnyProviderDefinition,
  registration: Registration,
  into: Registry = registry(),
): () => void {
  const fault = definitionFault(definition);
  if (fault) throw new TelephonyError("definition-invalid", `${registration.package}: ${fault}`);
  const { mode, package: name, version } = registration;
  const token = into.add({ mode, package: name, version, definition });
  return () => into.remove(token);
}

/** What a lookup found. */
export type Resolution<Kind extends ProviderKind> =
  | { readonly state: "found"; readonly definition: DefinitionOf<Kind>; readonly entry: RegistryEntry }
  | { readonly state: "missing" }
  /** Several packages claim the id; none is used until one of them is removed. */
  | { readonly state: "conflict"; readonly packages: readonly string[] }
  /** The package was written for another major version of the contract. */
  | { readonly state: "incompatible"; readonly entry: RegistryEntry };

/**
 * Finds a provider: of the best mode (full before discovery), then the latest. With `modes`, only those count; a Gateway
 * that carries calls asks for `full` alone.
 */
export function resolveProvider<Kind extends ProviderKind>(
  kind: Kind,
  id: string,
  options: { readonly modes?: readonly RegistrationMode[]; readonly from?: Registry } = {},
): Resolution<Kind> {
  const claims = (options.from ?? registry())
    .entries()
    .filter((entry) => entry.definition.kind === kind && entry.definition.id === id)
    .filter((entry) => !options.modes || options.modes.includes(entry.mode));
  const packages = [...new Set(claims.map((entry) => entry.package))].sort();
  if (packages.length > 1) return { state: "conflict", packages };
  const [best] = claims.sort((a, b) => rank(b) - rank(a) || b.sequence - a.sequence);
  if (!best) return { state: "missing" };
  if (best.definition.contract.major !== CONTRACT.major) return { state: "incompatible", entry: best };
  return { state: "found", definition: best.definition as DefinitionOf<Kind>, entry: best };
}

/** Ids of a kind that are registered, sorted. */
export function listProviders(kind: ProviderKind, from: Registry = registry()): readonly string[] {
  const ids = from.entries().filter((entry) => entry.definition.kind === kind).map((entry) => entry.definition.id);
  return [...new Set(ids)].sort();
}

function rank(entry: RegistryEntry): number {
  return RANK[entry.mode] ?? 0;
}

/** What is wrong with a definition, or nothing. Checks what a provider written without types can get wrong. */
function definitionFault(definition: AnyProviderDefinition): string | undefined {
  if (!KINDS.includes(definition.kind)) return `kind "${String(definition.kind)}" is not one of ${KINDS.join(", ")}`;
  if (typeof definition.id !== "string" || !ID_PATTERN.test(definition.id))
    return `id "${String(definition.id)}" has to match ${ID_PATTERN.source}`;
  const { major, minor } = (definition.contract ?? {}) as Partial<typeof CONTRACT>;
  if (!Number.isInteger(major) || !Number.isInteger(minor)) return `${definition.id}: contract has to be { major, minor }`;
  if (typeof definition.label !== "string" || definition.label === "") return `${definition.id}: label is missing`;
  if (typeof definition.create !== "function") return `${definition.id}: create is not a function`;
  if (typeof definition.config?.["~standard"]?.validate !== "function")
    return `${definition.id}: config is not a Standard Schema`;
  if (!["object", "function"].includes(typeof definition.capabilities) || definition.capabilities === null)
    return `${definition.id}: capabilities are missing`;
  return undefined;
}
