/** What follows an instruction's code. `alignment` is the binary logarithm of the natural alignment in bytes. */
export type Immediate =
  | { readonly kind: "none" | "local" | "label" | "block" | "integer" | "lane" }
  | { readonly kind: "memory"; readonly alignment: number };

/** An instruction of the WebAssembly 2.0 specification, section 5.4, and its vector part, 5.4.8. */
export interface Instruction {
  readonly code: readonly number[];
  readonly immediate: Immediate;
}

/** Value types, section 5.3. */
export const VALUE_TYPES: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, v128: 0x7b };

/** The instructions that `filter.wat` uses, by their names in the text format. */
export const INSTRUCTIONS: Readonly<Record<string, Instruction>> = {
  loop: plain(0x03, "block"),
  if: plain(0x04, "block"),
  end: plain(0x0b),
  br_if: plain(0x0d, "label"),
  select: plain(0x1b),
  "local.get": plain(0x20, "local"),
  "local.set": plain(0x21, "local"),
  "local.tee": plain(0x22, "local"),
  "i32.store16": memory([0x3b], 1),
  "i32.const": plain(0x41, "integer"),
  "i64.const": plain(0x42, "integer"),
  "i32.lt_s": plain(0x48),
  "i32.lt_u": plain(0x49),
  "i32.gt_s": plain(0x4a),
  "i32.ge_u": plain(0x4f),
  "i32.add": plain(0x6a),
  "i32.sub": plain(0x6b),
  "i32.mul": plain(0x6c),
  "i64.add": plain(0x7c),
  "i64.sub": plain(0x7d),
  "i64.shl": plain(0x86),
  "i64.shr_s": plain(0x87),
  "i32.wrap_i64": plain(0xa7),
  "i64.extend_i32_u": plain(0xad),
  "v128.load": memory([0xfd, 0x00], 4),
  "i32x4.splat": vector(0x11),
  "i64x2.extract_lane": vector(0x1d, "lane"),
  "i32x4.add": vector(0xae),
  "i32x4.dot_i16x8_s": vector(0xba),
  "i64x2.extend_low_i32x4_s": vector(0xc7),
  "i64x2.extend_high_i32x4_s": vector(0xc8),
  "i64x2.add": vector(0xce),
};

type Simple = Exclude<Immediate["kind"], "memory">;

function plain(code: number, kind: Simple = "none"): Instruction {
  return { code: [code], immediate: { kind } };
}

/** Vector instructions carry their number as LEB128 behind a prefix. */
function vector(number: number, kind: Simple = "none"): Instruction {
  const bytes = number < 0x80 ? [number] : [(number & 0x7f) | 0x80, number >> 7];
  return { code: [0xfd, ...bytes], immediate: { kind } };
}

function memory(code: readonly number[], alignment: number): Instruction {
  return { code, immediate: { kind: "memory", alignment } };
}
