import { FILTER_MODULE } from "./filter-module.ts";
import type { FilterTable } from "./filter-table.ts";
import { RESULT_SAMPLES, WINDOW_SAMPLES, type Filter, type FilterKernel } from "./kernel.ts";

/** What this file uses of the WebAssembly global. Node's types leave it out, and a runtime may, too. */
interface WebAssemblyHost {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: FilterExports };
}

/** The exports of `wasm/filter.wat`. Addresses and steps of samples are in bytes. */
interface FilterExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly filter: (
    window: number,
    output: number,
    count: number,
    table: number,
    rowBytes: number,
    phases: number,
    phase: number,
    phaseStep: number,
    windowStep: number,
    shift: number,
  ) => void;
}

const PAGE_BYTES = 65_536;
const BYTES = Int16Array.BYTES_PER_ELEMENT;

/** Memory begins with the window, then the results, each at a multiple of a vector's 16 bytes; tables follow. */
const RESULTS_AT = align(WINDOW_SAMPLES * BYTES);
const TABLES_AT = align(RESULTS_AT + RESULT_SAMPLES * BYTES);

/**
 * The filter as WebAssembly SIMD, in one instance with one memory: tables are added to it and stay (under 1 MB with all
 * of them), resamplers keep nothing there, so nothing ever needs to be freed.
 *
 * @returns `undefined` where the runtime has no WebAssembly SIMD, forbids compiling, or is big-endian
 */
export function createWasmKernel(): FilterKernel | undefined {
  const host = (globalThis as { WebAssembly?: WebAssemblyHost }).WebAssembly;
  const bytes = Buffer.from(FILTER_MODULE, "base64");
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  try {
    if (!littleEndian || host?.validate(bytes) !== true) return undefined;
    return new WasmKernel(new host.Instance(new host.Module(bytes)).exports);
  } catch {
    // Code generation can be switched off by a flag or a policy; the other kernel does the same work.
    return undefined;
  }
}

class WasmKernel implements FilterKernel {
  readonly name = "wasm-simd";
  window!: Int16Array;
  results!: Int16Array;
  readonly #exports: FilterExports;
  readonly #loaded = new Map<FilterTable, Filter>();
  #end = TABLES_AT;

  constructor(exports: FilterExports) {
    this.#exports = exports;
    this.#look();
  }

  load(table: FilterTable): Filter {
    let filter = this.#loaded.get(table);
    if (filter === undefined) {
      filter = this.#filterAt(this.#store(table.rows), table);
      this.#loaded.set(table, filter);
    }
    return filter;
  }

  #filterAt(address: number, table: FilterTable): Filter {
    const { filter } = this.#exports;
    const { phases, shift } = table;
    const rowBytes = table.taps * BYTES;
    const phaseStep = table.step % phases;
    const windowStep = Math.floor(table.step / phases) * BYTES;
    return (count, phase) => {
      filter(0, RESULTS_AT, count, address, rowBytes, phases, phase, phaseStep, windowStep, shift);
    };
  }

  /** Copies a table behind what is there and returns its address. */
  #store(rows: Int16Array): number {
    const { memory } = this.#exports;
    const address = this.#end;
    const end = align(address + rows.byteLength);
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) {
      memory.grow(Math.ceil(missing / PAGE_BYTES));
      this.#look();
    }
    new Int16Array(memory.buffer, address, rows.length).set(rows);
    this.#end = end;
    return address;
  }

  /** Growing detaches the old buffer, so the views are made again. */
  #look(): void {
    const { buffer } = this.#exports.memory;
    this.window = new Int16Array(buffer, 0, WINDOW_SAMPLES);
    this.results = new Int16Array(buffer, RESULTS_AT, RESULT_SAMPLES);
  }
}

function align(address: number): number {
  return Math.ceil(address / 16) * 16;
}
