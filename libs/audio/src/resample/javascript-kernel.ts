import type { FilterTable } from "./filter-table.ts";
import { RESULT_SAMPLES, WINDOW_SAMPLES, type Filter, type FilterKernel } from "./kernel.ts";

/** The filter in plain JavaScript, for machines without WebAssembly SIMD: several times slower, the same samples. */
export function createJavaScriptKernel(): FilterKernel {
  const window = new Int16Array(WINDOW_SAMPLES);
  const results = new Int16Array(RESULT_SAMPLES);
  return { name: "javascript", window, results, load: (table) => filterOver(table, window, results) };
}

function filterOver(table: FilterTable, window: Int16Array, results: Int16Array): Filter {
  const { rows, taps, phases, shift } = table;
  const wholeStep = Math.floor(table.step / phases);
  const phaseStep = table.step % phases;
  const unit = 2 ** shift;
  const half = unit / 2;

  return (count, firstPhase) => {
    let phase = firstPhase;
    let begin = 0;
    for (let result = 0; result < count; result++) {
      // Doubles hold these sums of whole numbers exactly; four of them do not wait for each other.
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let tap = 0, at = phase * taps; tap < taps; tap += 4, at += 4) {
        const sample = begin + tap;
        a += (window[sample] as number) * (rows[at] as number);
        b += (window[sample + 1] as number) * (rows[at + 1] as number);
        c += (window[sample + 2] as number) * (rows[at + 2] as number);
        d += (window[sample + 3] as number) * (rows[at + 3] as number);
      }
      const value = Math.floor((half - (a + b + c + d)) / unit);
      results[result] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
      begin += wholeStep;
      phase += phaseStep;
      if (phase >= phases) {
        phase -= phases;
        begin += 1;
      }
    }
  };
}
