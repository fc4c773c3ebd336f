import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { SAMPLE_RATES } from "../rates.ts";
import { filterTable, MAX_TAPS, TAPS_MULTIPLE } from "./filter-table.ts";
import { createJavaScriptKernel } from "./javascript-kernel.ts";
import { createResamplerOn } from "./resampler.ts";
import { noise } from "./signals.test-support.ts";
import { assemble } from "./wasm/assemble.ts";
import { generate, TARGET } from "./wasm/generate.ts";
import { createWasmKernel } from "./wasm-kernel.ts";

const pairs = SAMPLE_RATES.flatMap((from) => SAMPLE_RATES.filter((to) => to !== from).map((to) => ({ from, to })));
const wasm = createWasmKernel();
const javascript = createJavaScriptKernel();

describe("the WebAssembly filter", () => {
  it("is there on the Node that the project runs on", () => {
    expect(wasm?.name).toBe("wasm-simd");
  });

  it.each(pairs)("gives the same samples as plain JavaScript, $from to $to Hz", ({ from, to }) => {
    const input = noise(8000, from - to);
    const [ours, theirs] = [wasm ?? javascript, javascript].map((kernel) => {
      const resampler = createResamplerOn(kernel, { from, to });
      const output = new Int16Array(resampler.maxOutput(input.length));
      return output.subarray(0, resampler.process(input, output));
    });
    expect(ours).toEqual(theirs);
    expect(ours?.length).toBeGreaterThan(1000);
  });

  it("is what its source assembles to", () => {
    expect(readFileSync(TARGET, "utf8")).toBe(generate());
  });

  const unusable: readonly (readonly [string, object | undefined])[] = [
    ["no WebAssembly", undefined],
    ["no SIMD", { validate: () => false }],
    ["compiling forbidden", { validate: () => true, Module: forbidden }],
  ];
  it.each(unusable)("gives way to plain JavaScript: %s", (_, host) => {
    vi.stubGlobal("WebAssembly", host);
    try {
      expect(createWasmKernel()).toBeUndefined();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

/** Stands in for `WebAssembly.Module` under a policy against generated code. */
function forbidden(): never {
  throw new Error("code generation is not allowed");
}

describe("the assembler", () => {
  const around = (body: string) =>
    `(module (memory (export "m") 1) (func (export "f") (param $a i32) (local $v v128) ${body} ) )`;

  it("names what it does not know", () => {
    expect(() => assemble(around("i32.popcnt"))).toThrow(/unknown instruction "i32.popcnt"/);
    expect(() => assemble(around("local.get $b"))).toThrow(/"\$b" is not declared/);
    expect(() => assemble(around("loop $l"))).toThrow(/"\$l" is not ended/);
    expect(() => assemble("(module")).toThrow(/ends too early/);
  });

  it("encodes numbers of every size", () => {
    // Opcode, then signed LEB128, as the specification's section 5.2.2 writes them.
    const bytes = [...assemble(around("i32.const 63 i32.const 64 i32.const -64 i32.const -65 i32.const 32767"))];
    const code = [0x41, 63, 0x41, 0xc0, 0, 0x41, 0x40, 0x41, 0xbf, 0x7f, 0x41, 0xff, 0xff, 1, 0x0b];
    expect(bytes.slice(-code.length)).toEqual(code);
  });
});

describe.each(pairs)("the filter table from $from to $to Hz", ({ from, to }) => {
  const table = filterTable(from, to);
  const rows = Array.from({ length: table.phases }, (_, phase) =>
    table.rows.subarray(phase * table.taps, (phase + 1) * table.taps),
  );

  it("cannot overflow a 32-bit lane, whatever the input", () => {
    // A lane takes two neighbouring products of every sixteen.
    const worst = rows.map((row) => {
      const lanes = new Float64Array(TAPS_MULTIPLE / 2);
      row.forEach((value, tap) => (lanes[(tap % TAPS_MULTIPLE) >> 1]! += Math.abs(value)));
      return Math.max(...lanes) * 32_768;
    });
    expect(Math.max(...worst)).toBeLessThan(2 ** 31);
  });

  it("has rows of whole vectors that fit the kernels and sum to exactly one", () => {
    expect(table.taps % TAPS_MULTIPLE).toBe(0);
    expect(table.taps).toBeLessThanOrEqual(MAX_TAPS);
    const sums = new Set(rows.map((row) => row.reduce((sum, value) => sum + value, 0)));
    expect(sums).toEqual(new Set([-(2 ** table.shift)]));
  });

  it("is built once", () => {
    expect(filterTable(from, to)).toBe(table);
  });
});
