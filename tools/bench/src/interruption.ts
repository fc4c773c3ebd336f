import { interruptions } from "./live/interruption-rounds.ts";
import { playsRole } from "./live/processes.ts";
import { roles } from "./live/roles.ts";
import { limitTime } from "./live/time-limit.ts";
import { Verdicts } from "./live/verdicts.ts";

// How soon our voice stops when a caller speaks up, while hundreds of calls are spoken to: `npm run bench -- interruption`.
const LOAD = { streams: 500, rounds: 7, roundMs: 3000 };
const AT_MOST_MS = 2;
const TIME_LIMIT_MS = 175_000;

// The telephone and its callers are this same program, started again.
if (!(await playsRole(roles))) {
  using _ = limitTime(TIME_LIMIT_MS);
  const { inside, wireToWire, interruptions: count, unheard, rounds } = await interruptions(LOAD);
  console.log(`${count} interruptions of ${LOAD.streams} calls; medians of ${rounds} rounds in which the load was in time`);
  console.log(`  in the process, word to clear  p50 ${inside.p50.toFixed(2)} ms  p99 ${inside.p99.toFixed(2)} ms`);
  console.log(`  wire to wire                   p50 ${wireToWire.p50.toFixed(2)} ms  p99 ${wireToWire.p99.toFixed(2)} ms`);
  const verdicts = new Verdicts();
  verdicts.atMost("interruptions that were not noticed within two seconds", unheard, 0, "times");
  if (rounds > 0) verdicts.atMost(`the transcriber's word to our silence at ${LOAD.streams} calls, p99`, inside.p99, AT_MOST_MS, "ms");
  else verdicts.unknown("the transcriber's word to our silence", "the load was late itself in every round: the machine is too busy");
  if (!verdicts.finish()) process.exitCode = 1;
}
