import { median } from "./harness/measure.ts";
import { NOTHING, OURS, TIMER_PER_CALL, type Pacer } from "./playback/pacers.ts";
import { run, type RunResult } from "./playback/run.ts";

// What it costs to speak into many calls at once, and whether a busy process is heard: `npm run bench -- playback`.
const CALLS = 800;
const SECONDS = 3;
const ROUNDS = 5;
const STALLS_MS = [60, 150];
/** Processor time of one frame, in microseconds, without what it becomes on the wire and what the measuring takes. */
const AT_MOST_MICROS = 1;

const pacers: readonly Pacer[] = [OURS, TIMER_PER_CALL];
const width = Math.max(...pacers.map(({ name }) => name.length));
let missed = 0;

const measured: readonly Pacer[] = [...pacers, NOTHING];
const costs = new Map(measured.map(({ name }) => [name, [] as number[]]));
// The first round warms up and does not count; each of the others begins with another pacer.
for (let round = 0; round <= ROUNDS; round++) {
  for (let turn = 0; turn < measured.length; turn++) {
    const pacer = measured[(round + turn) % measured.length] as Pacer;
    const { cpuMicros } = await run(pacer, { calls: CALLS, seconds: round === 0 ? 1 : SECONDS, stallMs: 0 });
    if (round > 0) costs.get(pacer.name)?.push(cpuMicros);
  }
}
console.log(`Speaking into ${CALLS} calls at once: processor time of one frame of 20 ms, medians of ${ROUNDS} rounds`);
const cost = (pacer: Pacer) => median(costs.get(pacer.name) ?? []);
for (const pacer of measured) console.log(`  ${pacer.name.padEnd(width)} ${cost(pacer).toFixed(2).padStart(9)} us  ${(cost(pacer) / cost(OURS)).toFixed(2).padStart(7)} x`);
const net = cost(OURS) - cost(NOTHING);
verdict(net <= AT_MOST_MICROS, `${OURS.name}, without what the measuring takes: ${net.toFixed(2)} us, at most ${AT_MOST_MICROS} us`);

for (const stallMs of STALLS_MS) {
  const results: [Pacer, RunResult][] = [];
  for (const pacer of pacers) results.push([pacer, await run(pacer, { calls: CALLS, seconds: SECONDS, stallMs })]);
  console.log(`\nThe same while the process stalls for ${stallMs} ms in every second`);
  for (const [{ name }, { callsWithGaps, mostLostMs }] of results) {
    console.log(`  ${name.padEnd(width)} ${String(callsWithGaps).padStart(6)} calls with gaps, up to ${mostLostMs.toFixed(0)} ms of silence`);
  }
  const gaps = results.find(([pacer]) => pacer === OURS)?.[1].callsWithGaps ?? NaN;
  verdict(gaps === 0, `${OURS.name}: ${gaps} calls with gaps, none`);
}
console.log(missed === 0 ? "\nall targets met" : `\n${missed} targets missed`);
if (missed > 0) process.exitCode = 1;

function verdict(passed: boolean, text: string): void {
  if (!passed) missed += 1;
  console.log(`  ${passed ? "pass" : "MISS"}  ${text}`);
}
