import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { StartLoopbackTranscription, TranscriberSubject } from "@openclaw/phone-network/transcription";

/** A transcriber's package, with what its test kit offers. */
export interface TranscriberPackage {
  /** What the configuration calls it. */
  readonly id: string;
  /** Name of the package. */
  readonly name: string;
  /** Starts its fake on loopback. */
  readonly startLoopbackTranscription: StartLoopbackTranscription;
}

const LIBRARIES = fileURLToPath(new URL("../../../libs/", import.meta.url));

/**
 * Every transcriber of the workspace, by its folder: none is named anywhere, so a new one is tried like the others.
 *
 * @throws where a transcriber's test kit is missing or starts no fake, so that none stays untried unnoticed
 */
export async function readTranscribers(): Promise<readonly TranscriberPackage[]> {
  const folders = readdirSync(LIBRARIES)
    .map((folder) => join(LIBRARIES, folder))
    .filter((folder) => isTranscriber(join(folder, "src/definition.ts")));
  return await Promise.all(folders.map(readTranscriber));
}

function isTranscriber(definition: string): boolean {
  return existsSync(definition) && readFileSync(definition, "utf8").includes('kind: "transcriber"');
}

async function readTranscriber(folder: string): Promise<TranscriberPackage> {
  const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly name: string };
  const kit = (await import(/* @vite-ignore */ pathToFileURL(join(folder, "src/testing/index.ts")).href)) as {
    readonly subjects?: readonly TranscriberSubject[];
    readonly startLoopbackTranscription?: StartLoopbackTranscription;
  };
  const [subject] = kit.subjects ?? [];
  if (!subject || !kit.startLoopbackTranscription) throw new Error(`${name}/testing has no subjects, or starts no fake`);
  return { id: subject.definition.id, name, startLoopbackTranscription: kit.startLoopbackTranscription };
}
