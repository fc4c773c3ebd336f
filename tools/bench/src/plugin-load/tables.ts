import { median } from "../harness/measure.ts";
import type { Growth } from "./config-edits.ts";
import type { Start } from "./start.ts";

/** Every round side by side, the medians, and the median of what each round's pair differed by. */
export function startTable(without: readonly Start[], with_: readonly Start[]): string[] {
  const rows = without.map((start, round) => row(`round ${round + 1}`, start, with_[round] as Start));
  const pair = (of: (start: Start) => number): [number, number, number] => [
    median(without.map(of)),
    median(with_.map(of)),
    median(with_.map((start, round) => of(start) - of(without[round] as Start))),
  ];
  const [ready, memory] = [pair(({ readyMs }) => readyMs), pair(({ memoryMb }) => memoryMb)];
  const own = (of: (plugin: NonNullable<Start["plugin"]>) => number): string => median(with_.flatMap(({ plugin }) => (plugin ? [of(plugin)] : []))).toFixed(1);
  return [
    "A Gateway with and without the telephone",
    `  ${"".padEnd(10)} ready, without      with    memory, without      with    load  register`,
    ...rows,
    cells("median", [ready[0], ready[1], memory[0], memory[1]], own(({ loadMs }) => loadMs), own(({ registerMs }) => registerMs)),
    `  the telephone adds ${signed(ready[2])} ms until ready and ${signed(memory[2])} MB at rest (medians of the rounds' own differences)`,
    "",
  ];
}

/** What edits of the configuration leave behind. */
export function editTable(growths: readonly (readonly [string, Growth])[], edits: number): string[] {
  const width = Math.max(...growths.map(([what]) => what.length));
  return [
    `${edits} edits of the configuration of a running Gateway`,
    ...growths.map(([what, { beforeMb, afterMb, editMs }]) => {
      const each = ((afterMb - beforeMb) / edits).toFixed(2);
      return `  ${what.padEnd(width)}  ${beforeMb.toFixed(0).padStart(5)} -> ${afterMb.toFixed(0).padStart(5)} MB, ${each.padStart(6)} MB and ${editMs.toFixed(0).padStart(5)} ms each`;
    }),
    "",
  ];
}

function row(name: string, without: Start, with_: Start): string {
  const { loadMs, registerMs } = with_.plugin ?? { loadMs: 0, registerMs: 0 };
  return cells(name, [without.readyMs, with_.readyMs, without.memoryMb, with_.memoryMb], loadMs.toFixed(1), registerMs.toFixed(1));
}

function cells(name: string, [readyWithout = 0, readyWith = 0, memoryWithout = 0, memoryWith = 0]: readonly number[], load: string, register: string): string {
  const ready = `${readyWithout.toFixed(0).padStart(12)} ms ${readyWith.toFixed(0).padStart(6)} ms`;
  const memory = `${memoryWithout.toFixed(0).padStart(15)} MB ${memoryWith.toFixed(0).padStart(6)} MB`;
  return `  ${name.padEnd(10)} ${ready} ${memory} ${load.padStart(4)} ms ${register.padStart(6)} ms`;
}

function signed(value: number): string {
  return `${value >= 0 ? "+" : ""}${value.toFixed(0)}`;
}
