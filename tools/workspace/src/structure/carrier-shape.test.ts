import { describe, expect, it } from "vitest";
import { sampleWorkspace } from "../sample-workspace.test-support.ts";
import { CARRIER_LIMIT, FLOW_FILES, README_HEADINGS, SERVICE_FILES, SERVICE_HEADINGS, checkCarrierShape } from "./carrier-shape.ts";

type Files = Readonly<Record<string, string | object>>;

const readme = (headings: readonly string[]) => headings.map((heading) => `## ${heading}\n\nText.\n`).join("\n");

/** A carrier on this machine alone, as small as one can be. */
const LOCAL: Files = {
  "libs/acme/package.json": { nx: { tags: ["type:provider"] }, exports: { "./testing": "./dist/testing/index.js" } },
  "libs/acme/src/definition.ts": 'export const acme = { kind: "carrier" };\n',
  "libs/acme/src/capabilities.ts": 'export const capabilities = { flow: "push" };\n',
  "libs/acme/src/testing/index.ts": 'export { subjects } from "./subjects.ts";\n',
  "libs/acme/README.md": readme(README_HEADINGS),
};

/** A carrier that is somebody's service. */
const SERVICE: Files = {
  ...LOCAL,
  ...Object.fromEntries([...SERVICE_FILES, FLOW_FILES.push].map((file) => [`libs/acme/${file}`, ""])),
  "libs/acme/src/capabilities.ts": 'export const capabilities = { flow: "push", publicWebhook: ["native"] };\n',
  "libs/acme/README.md": readme([...README_HEADINGS, "Set-up in Acme's console", "When something goes wrong"]),
};

function places(files: Files): string[] {
  using sample = sampleWorkspace(files);
  return checkCarrierShape(sample.root).map(({ path }) => path);
}

function without(files: Files, path: string): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
}

const code = (count: number) => "export {};\n".repeat(count);

describe("the shape of a carrier", () => {
  it("is kept by one on this machine and by a service", () => {
    expect(places(LOCAL)).toEqual([]);
    expect(places(SERVICE)).toEqual([]);
  });

  it.each([...SERVICE_FILES, FLOW_FILES.push])("is broken by a service without %s", (file) => {
    expect(places(without(SERVICE, `libs/acme/${file}`))).toEqual([`libs/acme/${file}`]);
  });

  it("asks a pull carrier for its documents instead of its commands", () => {
    const pull = { ...SERVICE, "libs/acme/src/capabilities.ts": 'export const capabilities = { flow: "pull", publicWebhook: ["native"] };\n' };
    expect(places(pull)).toEqual(["libs/acme/src/document.ts"]);
    expect(places({ ...pull, "libs/acme/src/document.ts": "" })).toEqual([]);
  });

  it("is broken by a test kit without subjects, and by one that nobody can import", () => {
    expect(places({ ...LOCAL, "libs/acme/src/testing/index.ts": "// subjects are to come\n" })).toEqual(["libs/acme/src/testing/index.ts"]);
    expect(places({ ...LOCAL, "libs/acme/package.json": { nx: { tags: ["type:provider"] } } })).toEqual(["libs/acme/package.json"]);
  });

  it.each([...README_HEADINGS, ...SERVICE_HEADINGS])("is broken by a README without the heading %s", (heading) => {
    const headings = [...README_HEADINGS, ...SERVICE_HEADINGS].filter((one) => one !== heading);
    expect(places({ ...SERVICE, "libs/acme/README.md": readme(headings) })).toEqual(["libs/acme/README.md"]);
  });

  it(`is kept by ${CARRIER_LIMIT} lines of code, and not by one more`, () => {
    // The definition and the capabilities have a line each.
    const most = CARRIER_LIMIT - 2;
    expect(places({ ...LOCAL, "libs/acme/src/much.ts": code(most) })).toEqual([]);
    expect(places({ ...LOCAL, "libs/acme/src/much.ts": code(most + 1) })).toEqual(["libs/acme/src"]);
  });

  it("does not count comments, blank lines, tests and the test kit", () => {
    const free = {
      "libs/acme/src/told.ts": "/**\n * Why.\n */\n// And why.\n\n".repeat(CARRIER_LIMIT),
      "libs/acme/src/much.test.ts": code(CARRIER_LIMIT),
      "libs/acme/src/test/bench.ts": code(CARRIER_LIMIT),
      "libs/acme/src/testing/fake.ts": code(CARRIER_LIMIT),
    };
    expect(places({ ...LOCAL, ...free })).toEqual([]);
  });

  it("is not asked of a provider of another kind", () => {
    expect(places({ ...without(LOCAL, "libs/acme/README.md"), "libs/acme/src/definition.ts": 'export const acme = { kind: "speech" };\n' })).toEqual([]);
  });
});
