import { TelephonyError, registry as processRegistry, resolveProvider, type DefinitionOf, type ProviderKind, type RegistryEntry } from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";

/** A registration whose definition is of one kind. */
export type EntryOf<Kind extends ProviderKind> = RegistryEntry & { readonly definition: DefinitionOf<Kind> };

/**
 * The registration of a provider. Throws an error that names the key of the configuration which chose it: for a carrier
 * `carrier-missing`, `carrier-conflict`, `carrier-incompatible`, for any other kind `provider-missing` and so on.
 */
export function findProvider<Kind extends ProviderKind>(kind: Kind, id: string, key: string, ports: Pick<EnginePorts, "providerModes" | "registry">): EntryOf<Kind> {
  const found = resolveProvider(kind, id, { modes: ports.providerModes, from: ports.registry ?? processRegistry() });
  const code = kind === "carrier" ? "carrier" : "provider";
  switch (found.state) {
    case "found":
      return found.entry as EntryOf<Kind>;
    case "missing":
      throw new TelephonyError(`${code}-missing`, `no package for the ${nameOf(kind)} "${id}" (key "${key}") is loaded: install and enable it, or name another one`, { retryable: true });
    case "conflict":
      throw new TelephonyError(`${code}-conflict`, `several packages claim the ${nameOf(kind)} "${id}": ${found.packages.join(", ")}. Remove all but one`);
    case "incompatible":
      throw new TelephonyError(`${code}-incompatible`, `${found.entry.package} was made for contract ${found.entry.definition.contract.major}: install a version for contract 1`);
  }
}

function nameOf(kind: ProviderKind): string {
  return kind.replace("-", " ");
}
