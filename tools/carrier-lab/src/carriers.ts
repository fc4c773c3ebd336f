import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CarrierSubject, StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import { capabilitiesOf, type CarrierCapabilities } from "@openclaw/telephony-contract";

/** A carrier's package, with what its test kit offers. */
export interface CarrierPackage {
  /** What the configuration calls it. */
  readonly id: string;
  /** Name of the package. */
  readonly name: string;
  /** The carrier as it is tried in process, once in each of its flows. */
  readonly subjects: readonly CarrierSubject[];
  /** Starts its fake on loopback. Absent for a carrier that has no wire. */
  readonly startLoopbackCarrier?: StartLoopbackCarrier;
}

const LIBRARIES = fileURLToPath(new URL("../../../libs/", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** Every carrier of the workspace, by its folder: none is named anywhere, so a new one is tried like the others. */
export async function readCarriers(): Promise<readonly CarrierPackage[]> {
  const found = readdirSync(LIBRARIES)
    .map((folder) => ({ entry: join(LIBRARIES, folder, "src/testing/index.ts"), manifest: join(LIBRARIES, folder, "package.json") }))
    .filter(({ entry, manifest }) => existsSync(entry) && existsSync(manifest))
    .map(({ entry, manifest }) => ({ entry, manifest: JSON.parse(readFileSync(manifest, "utf8")) as Manifest }))
    .filter(({ manifest }) => manifest.nx?.tags?.includes("type:provider"));
  const kits = await Promise.all(
    found.map(async ({ entry, manifest: { name } }) => {
      const kit = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as Partial<Omit<CarrierPackage, "id" | "name">>;
      const [first] = kit.subjects ?? [];
      if (!kit.subjects || !first) return []; // WIP
      return [{
        id: first.definition.id,
        name,
        subjects: kit.subjects,
        ...(kit.startLoopbackCarrier && { startLoopbackCarrier: kit.startLoopbackCarrier }),
      }];
    }),
  );
  return kits.flat();
}

/** Every carrier in each of its flows, for `describe.each`. */
export async function readSubjects(): Promise<readonly (readonly [name: string, subject: CarrierSubject])[]> {
  const carriers = await readCarriers();
  return carriers.flatMap(({ subjects }) => subjects.map((subject) => [subject.name ?? subject.definition.label, subject] as const));
}

/** Those that are reached by webhooks. */
export async function readWebhookSubjects(): ReturnType<typeof readSubjects> {
  return (await readSubjects()).filter(([, subject]) => capabilitiesIn(subject).webhooks === true);
}

/** What a carrier can do under the configuration with which it is tried. */
export function capabilitiesIn({ definition, config, capabilities }: CarrierSubject): CarrierCapabilities {
  return capabilities ?? capabilitiesOf(definition, config as never);
}
