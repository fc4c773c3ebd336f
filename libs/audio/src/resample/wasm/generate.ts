import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { assemble } from "./assemble.ts";

/** The generated source file that ships the assembled filter. */
export const TARGET = new URL("../filter-module.ts", import.meta.url);

/** The content of {@link TARGET}: `filter.wat`, assembled and embedded as base64. */
export function generate(): string {
  const source = readFileSync(new URL("./filter.wat", import.meta.url), "utf8");
  const base64 = Buffer.from(assemble(source)).toString("base64");
  const lines = base64.match(/.{1,100}/g) ?? [];
  return [
    "// Generated from wasm/filter.wat by `node libs/audio/src/resample/wasm/generate.ts`. Do not edit.",
    "",
    "/** The WebAssembly SIMD filter, base64. */",
    `export const FILTER_MODULE =\n${lines.map((line) => `  "${line}"`).join(" +\n")};`,
    "",
  ].join("\n");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(TARGET, generate());
