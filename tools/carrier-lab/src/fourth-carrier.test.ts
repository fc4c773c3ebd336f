import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readCarriers } from "./carriers.ts";
import { heard, openTrial } from "./trial.ts";

const WORKSPACE = fileURLToPath(new URL("../../../", import.meta.url));
/** A folder like `libs`, in which one carrier lies that the workspace does not have. Its conformance tests run with the lab's. */
const FIXTURES = fileURLToPath(new URL("./fixtures/", import.meta.url));
const NAME = "pigeon";
/** What tools and package managers wrote. */
const NOT_SOURCES = ["node_modules", "dist", "test-results", "coverage", "temp"];
/** What is the same in every provider's folder. */
const PAPERS = ["LICENSE", "tsconfig.json", "tsup.config.ts", "vitest.config.ts"];

/** Whether a path belongs to the workspace as it is without the fourth carrier and this test of it. */
const isSource = (path: string) =>
  !NOT_SOURCES.includes(basename(path)) && !basename(path).startsWith(".") && path !== import.meta.filename && path !== join(FIXTURES, NAME);

/**
 * Another carrier is another folder, and no change anywhere else. That one installs into a running Gateway, without the
 * workspace, is proved in apps/voice-call-plugin/e2e/third-party-carrier.test.ts.
 */
describe("a fourth carrier", () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "voice-call-fourth-"))));
  afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

  it("is found by its folder alone", async () => {
    expect(await readCarriers(FIXTURES)).toMatchObject([{ id: NAME, name: "@openclaw/voice-call-pigeon", subjects: [{ definition: { label: "Pigeon" } }] }]);
  });

  it("holds a conversation in the telephone's engine", async () => {
    const [subject] = (await readCarriers(FIXTURES)).flatMap(({ subjects }) => subjects);
    if (!subject) throw new Error("there is no carrier");
    await using trial = await openTrial(subject);
    const { callId, party } = await trial.talk("Good morning");
    void party.say("What is the time?");
    (await trial.question()).finish("It is noon.");
    await trial.until(() => heard(party).includes("It is noon."), "the answer is heard");
    await party.hangUp();
    await trial.until(() => trial.record(callId).lifecycle === "ended", "the call is over");
    expect(trial.record(callId)).toMatchObject({ carrier: NAME, endReason: "completed" });
    expect(trial.questions.map(({ text }) => text)).toEqual(["What is the time?"]);
  });

  it("is accepted by the checks of the workspace", () => {
    for (const part of ["apps", "libs", "tools"]) cpSync(join(WORKSPACE, part), join(folder, part), { recursive: true, filter: isSource });
    const carrier = join(folder, "libs", NAME);
    cpSync(join(FIXTURES, NAME), carrier, { recursive: true });
    for (const paper of PAPERS) cpSync(join(WORKSPACE, "libs", "mock", paper), join(carrier, paper));
    expect(complaints(folder)).toEqual([]);
    rmSync(join(carrier, "src", "capabilities.ts"));
    expect(complaints(folder)).toEqual([expect.stringMatching(/^libs\/pigeon\/src\/capabilities\.ts/)]);
  });

  it("is named nowhere but in its own folder", () => {
    const naming = ["apps", "libs", "tools"].flatMap((part) => sources(join(WORKSPACE, part))).filter((path) => readFileSync(path, "utf8").toLowerCase().includes(NAME));
    expect(naming).toEqual([]);
  });
});

describe("a provider of another kind", () => {
  it("is no carrier, and its test kit is not asked for", async () => {
    const folder = mkdtempSync(join(tmpdir(), "voice-call-other-"));
    try {
      mkdirSync(join(folder, "other/src"), { recursive: true });
      writeFileSync(join(folder, "other/package.json"), JSON.stringify({ name: "@openclaw/other", nx: { tags: ["type:provider"] } }));
      writeFileSync(join(folder, "other/src/definition.ts"), 'export const other = {\n  kind: "transcriber",\n};\n');
      expect(await readCarriers(folder)).toEqual([]);
      writeFileSync(join(folder, "other/src/definition.ts"), 'export const other = {\n  kind: "carrier",\n};\n');
      await expect(readCarriers(folder)).rejects.toThrow("@openclaw/other has no src/testing/index.ts");
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});

describe("a carrier that nothing can try", () => {
  it("is an error that names its package", async () => {
    const folder = mkdtempSync(join(tmpdir(), "voice-call-untried-"));
    try {
      mkdirSync(join(folder, "untried/src/testing"), { recursive: true });
      writeFileSync(join(folder, "untried/package.json"), JSON.stringify({ name: "@openclaw/untried", nx: { tags: ["type:provider"] } }));
      writeFileSync(join(folder, "untried/src/testing/index.ts"), "export const subjects = [];\n");
      await expect(readCarriers(folder)).rejects.toThrow("@openclaw/untried/testing exports no subjects");
      rmSync(join(folder, "untried/src/testing"), { recursive: true });
      await expect(readCarriers(folder)).rejects.toThrow("@openclaw/untried has no src/testing/index.ts");
    } finally {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    }
  });
});

/** Every source in a folder and below. */
function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => isSource(join(folder, name)))
    .flatMap((entry) => (entry.isDirectory() ? sources(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : []));
}

/** What the checks of the workspace have to say of the fourth carrier, in a workspace that has it. */
function complaints(folder: string): string[] {
  const { stdout, stderr, error } = spawnSync(process.execPath, [join(WORKSPACE, "tools/workspace/check-structure.mjs"), folder], { encoding: "utf8", timeout: 60_000 });
  if (error) throw error;
  expect(stdout + stderr).toMatch(/rules of the workspace|as agreed/);
  return stderr.split("\n").filter((line) => line.includes(NAME));
}
