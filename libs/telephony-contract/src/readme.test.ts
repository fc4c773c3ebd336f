import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import type { TelephonyErrorCode } from "./errors.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** Every code once: the compiler refuses this object where one is missing or unknown. */
const CODES = {
  "config-invalid": true,
  "auth-failed": true,
  "unsupported": true,
  "invalid-request": true,
  "unavailable": true,
  "rate-limited": true,
  "timeout": true,
  "call-gone": true,
  "dial-unknown": true,
  "aborted": true,
  "definition-invalid": true,
  "internal": true,
} satisfies Record<TelephonyErrorCode, true>;

describe("the README", () => {
  it("explains exactly the codes that there are", () => {
    const explained = [...readme.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(explained.sort()).toEqual(Object.keys(CODES).sort());
  });

  it("has examples that compile", () => {
    const folder = fileURLToPath(new URL("./of-the-readme/", import.meta.url));
    const files = new Map([[`${folder}fake-acme.ts`, FAKE_ACME]]);
    for (const [, name, code] of readme.matchAll(/^```ts\n\/\/ src\/(\S+)\n([^]*?)^```$/gm)) files.set(folder + name, String(code));
    expect(files.size).toBe(4);
    expect(faultsIn(files)).toEqual([]);
  }, 60_000);
});

/** The reader's own network, of which the README says only what it is. */
const FAKE_ACME = `
import type { ConformanceKit, TestNetwork } from "@openclaw/telephony-contract/testing";
import type { Network } from "./carrier.ts";
export declare class FakeAcme implements Network, TestNetwork {
  constructor(kit: ConformanceKit);
  request: Network["request"];
  listen: Network["listen"];
  party: TestNetwork["party"];
  placed: number;
  failNext: TestNetwork["failNext"];
}`;

/** What the compiler has against files that are not on disk, under the options of this package. */
function faultsIn(files: ReadonlyMap<string, string>): string[] {
  const path = fileURLToPath(new URL("../tsconfig.json", import.meta.url));
  const { options } = ts.parseJsonConfigFileContent(ts.readConfigFile(path, (name) => ts.sys.readFile(name)).config, ts.sys, fileURLToPath(new URL("../", import.meta.url)));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  // Without it, the compiler does not ask whether the folder of the files exists.
  delete host.directoryExists;
  host.fileExists = (name) => files.has(name) || fileExists.call(host, name);
  host.readFile = (name) => files.get(name) ?? readFile.call(host, name);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined ? getSourceFile(name, ...rest) : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files.keys()].flatMap((name) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
  );
}
