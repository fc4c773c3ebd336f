import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../projects.ts";
import type { Finding } from "./finding.ts";
import { providerProjects } from "./provider-shape.ts";
import { codeFiles, isCommentLine, isGenerated, isTest, type SourceFile } from "./source-files.ts";

/** Lines of code that a carrier may have beside its tests and its test kit. More is work that belongs to the telephone or the kit. */
export const CARRIER_LIMIT = 900;

/** Files of every carrier that is somebody's service on the internet. */
export const SERVICE_FILES = [
  "src/carrier.ts",
  "src/client.ts",
  "src/dial.ts",
  "src/faults.ts",
  "src/numbers.ts",
  "src/signature.ts",
  "src/webhooks.ts",
  "src/testing/account.ts",
  "src/testing/fake.ts",
  "src/testing/loopback.ts",
  "src/testing/subjects.ts",
];

/** What such a carrier does a call by: a pull carrier writes documents, a push carrier gives commands. */
export const FLOW_FILES = { pull: "src/document.ts", push: "src/commands.ts" } as const;

/** Headings by which readers of every carrier's README find what they look for. */
export const README_HEADINGS = ["Install", "Options", "Limits"];

/** Those that only a service has: an account in somebody's console, and its error codes. */
export const SERVICE_HEADINGS = ["Set-up", "When something goes wrong"];

/** Every carrier that is larger or of another shape than carriers are, or that tests cannot get hold of. */
export function checkCarrierShape(workspaceRoot: string): Finding[] {
  return providerProjects(workspaceRoot)
    .filter(({ root }) => read(workspaceRoot, root, "src/definition.ts").includes('kind: "carrier"'))
    .flatMap((project) => [
      ...sizeFindings(workspaceRoot, project),
      ...fileFindings(workspaceRoot, project),
      ...kitFindings(workspaceRoot, project),
      ...readmeFindings(workspaceRoot, project),
    ]);
}

function sizeFindings(workspaceRoot: string, { root }: Project): Finding[] {
  const ours = (file: SourceFile) => !isTest(file) && !isGenerated(file) && !file.path.startsWith(`${root}/src/testing/`);
  const code = codeFiles(workspaceRoot, `${root}/src`).filter(ours).flatMap(({ lines }) => lines).filter((line) => line.trim() !== "" && !isCommentLine(line));
  if (code.length <= CARRIER_LIMIT) return [];
  return [finding(`${root}/src`, `${code.length} lines of code; a carrier has at most ${CARRIER_LIMIT}, without its tests and its test kit.`)];
}

function fileFindings(workspaceRoot: string, { root }: Project): Finding[] {
  const capabilities = read(workspaceRoot, root, "src/capabilities.ts");
  if (!isService(capabilities)) return [];
  const flow = capabilities.includes('flow: "pull"') ? "pull" : "push";
  return [...SERVICE_FILES, FLOW_FILES[flow]]
    .filter((file) => !existsSync(join(workspaceRoot, root, file)))
    .map((file) => finding(`${root}/${file}`, "Every carrier that is a service has this file; this one does not."));
}

function kitFindings(workspaceRoot: string, { root, manifest }: Project): Finding[] {
  const kit = read(workspaceRoot, root, "src/testing/index.ts");
  return [
    ...when(!/^export .*\bsubjects\b/m.test(kit), finding(`${root}/src/testing/index.ts`, "The test kit exports no subjects, so nothing tries the carrier.")),
    ...when(manifest.exports?.["./testing"] === undefined, finding(`${root}/package.json`, 'exports["./testing"] is missing: the test kit is for others, too.')),
  ];
}

function readmeFindings(workspaceRoot: string, { root }: Project): Finding[] {
  const readme = read(workspaceRoot, root, "README.md");
  const wanted = isService(read(workspaceRoot, root, "src/capabilities.ts")) ? [...README_HEADINGS, ...SERVICE_HEADINGS] : README_HEADINGS;
  return wanted
    .filter((heading) => !new RegExp(`^## ${heading}\\b`, "m").test(readme))
    .map((heading) => finding(`${root}/README.md`, `No heading begins with "## ${heading}", by which readers of every carrier find it.`));
}

/** Whether the carrier has to reach us from outside this machine. */
function isService(capabilities: string): boolean {
  return capabilities.includes("publicWebhook:");
}

function read(workspaceRoot: string, root: string, file: string): string {
  const path = join(workspaceRoot, root, file);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function when(broken: boolean, found: Finding): Finding[] {
  return broken ? [found] : [];
}

function finding(path: string, message: string): Finding {
  return { check: "carrier-shape", path, message };
}
