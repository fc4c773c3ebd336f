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

/** How a definition says that it is something else than a carrier. Read rather than run, so that others cost nothing. */
const OTHER_KIND = /\bkind: "(?:transcriber|realtime-voice|speech-synthesizer)"/;

/**
 * Every carrier of the workspace, by its folder: none is named anywhere, so a new one is tried like the others. A provider
 * that does not say what it is counts as a carrier, so that it is missed.
 *
 * @param libraries folder of packages
 * @throws where a provider's test kit is missing or has nothing to try, so that no carrier stays untried unnoticed
 */
export async function readCarriers(libraries = LIBRARIES): Promise<readonly CarrierPackage[]> {
  const providers = readdirSync(libraries)
    .map((folder) => join(libraries, folder))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest }))
    .filter(({ folder, manifest }) => manifest.nx?.tags?.includes("type:provider") && !isOfOtherKind(folder));
  return await Promise.all(providers.map(({ folder, manifest }) => readCarrier(folder, manifest.name)));
}

function isOfOtherKind(folder: string): boolean {
  const definition = join(folder, "src/definition.ts");
  return existsSync(definition) && OTHER_KIND.test(readFileSync(definition, "utf8"));
}

async function readCarrier(folder: string, name: string): Promise<CarrierPackage> {
  const entry = join(folder, "src/testing/index.ts");
  if (!existsSync(entry)) throw new Error(`${name} has no src/testing/index.ts, which exports what is tried`);
  const { subjects, startLoopbackCarrier } = (await import(/* @vite-ignore */ pathToFileURL(entry).href)) as Partial<CarrierPackage>;
  const [first] = subjects ?? [];
  if (!subjects || !first) throw new Error(`${name}/testing exports no subjects, so nothing tries the carrier`);
  return { id: first.definition.id, name, subjects, ...(startLoopbackCarrier && { startLoopbackCarrier }) };
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
