import { playsRole } from "./live/processes.ts";
import { roles } from "./live/roles.ts";
import { limitTime } from "./live/time-limit.ts";
import { WAYS, firstAudio, ownShare, type Way } from "./live/turn-rounds.ts";
import { Verdicts } from "./live/verdicts.ts";

// How soon a caller hears an answer, with a model and a voice that take their time, beside ways that wait for the whole of
// it; and what of it is the telephone's own: `npm run bench -- turns`.
const CALLS = 50;
const OWN = { calls: CALLS, rounds: 5, roundMs: 4000, p99Ms: 25 };
/** Long enough for one whole answer of every call. */
const WATCH_MS = 45_000;
const FIRST_AUDIO = 0.35;
const GAP_MS = 40;
const TIME_LIMIT_MS = 175_000;

// Telephones and their callers are this same program, started again.
if (!(await playsRole(roles))) await compare();

async function compare(): Promise<void> {
  using _ = limitTime(TIME_LIMIT_MS);
  const verdicts = new Verdicts();
  const own = await ownShare(OWN);
  console.log(`From the end of a turn to the first audio where model, voice and transcriber take no time, ${own.turns} turns of ${CALLS} calls`);
  console.log(`  p50 ${own.p50.toFixed(1)} ms, p99 ${own.p99.toFixed(1)} ms: medians of ${own.rounds} rounds in which the load was in time`);
  verdicts.atMost(`own share of a turn at ${CALLS} calls, p99`, own.p99, OWN.p99Ms, "ms");

  for (const calls of [1, CALLS]) {
    const results = await firstAudio({ calls, ms: WATCH_MS });
    console.log(`\nThe same with 600 ms to the first token, 40 tokens a second, 200 ms to the first audio and a real-time factor of 0.3; calls: ${calls}`);
    for (const way of Object.keys(WAYS) as Way[]) {
      const { firstAudio: first, gaps } = results[way];
      const gap = gaps.count > 0 ? `${gaps.max.toFixed(0).padStart(6)} ms longest gap in ${gaps.count} answers` : "";
      console.log(`  ${WAYS[way].padEnd(40)} ${first.p50.toFixed(0).padStart(6)} ms  ${(first.p50 / results.ours.firstAudio.p50).toFixed(2).padStart(5)} x  ${gap}`);
    }
    const part = (way: Way) => results.ours.firstAudio.p50 / results[way].firstAudio.p50;
    verdicts.atMost(`first audio, of ${WAYS.wholeReply}, calls: ${calls}`, part("wholeReply"), FIRST_AUDIO, "x");
    verdicts.atMost(`first audio, of ${WAYS.wholeAudio}, calls: ${calls}`, part("wholeAudio"), FIRST_AUDIO, "x");
    verdicts.atMost(`longest gap in an answer, calls: ${calls}`, results.ours.gaps.max, GAP_MS, "ms");
  }
  if (!verdicts.finish()) process.exitCode = 1;
}
