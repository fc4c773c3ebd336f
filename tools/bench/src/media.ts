import { median } from "./harness/measure.ts";
import { capacities, memoryOfStreams, sameLoad, startContestant, type Contestant, type Entry, type Round } from "./live/media-rounds.ts";
import { playsRole } from "./live/processes.ts";
import { roles } from "./live/roles.ts";
import { limitTime } from "./live/time-limit.ts";
import { Verdicts } from "./live/verdicts.ts";

// Streams of live audio that the telephone carries with everything on, what they cost and what memory they take, beside the
// least that a relay can do: `npm run bench -- media`.

/** Frames that voices give at a time: 100 ms, as the voice that makes its audio while it is heard. Those of the world give as much or more. */
const PIECE_FRAMES = 5;
const BARE: Entry = { name: "ws and JSON, nothing else" };
const MULAW: Entry = { name: "the telephone", telephone: { format: "mulaw", pieceFrames: PIECE_FRAMES } };
const PCM: Entry = { name: "the telephone, 24 kHz both ways", telephone: { format: "pcm24k", pieceFrames: PIECE_FRAMES } };
const SINGLE: Entry = { name: "the telephone, frame by frame", telephone: { format: "mulaw", pieceFrames: 1 } };
/** Streams of which memory is compared, and processor time. */
const MEMORY_ROUNDS = { streams: 500, rounds: 3 };
const STREAMS = 250;
const ROUNDS = { rounds: 4, ms: 1500 };
const SEARCH = { from: 300, rounds: 2, ms: 25_000 };
const TIME_LIMIT_MS = 360_000;
const TARGETS = [
  { name: MULAW.name, atLeast: 0.7 },
  { name: PCM.name, atLeast: 0.33 },
];
const MEMORY = 2;

// Relay, telephones and loads are this same program, started again.
if (!(await playsRole(roles))) await compare();

async function compare(): Promise<void> {
  using _ = limitTime(TIME_LIMIT_MS);
  const memory = await memoryOfStreams([BARE, MULAW, PCM], MEMORY_ROUNDS);
  await using bare = await startContestant(BARE);
  await using mulaw = await startContestant(MULAW);
  await using pcm = await startContestant(PCM);
  await using single = await startContestant(SINGLE);
  const all: readonly Contestant[] = [bare, mulaw, pcm, single];
  const rounds = await sameLoad(all, { streams: STREAMS, ...ROUNDS });
  for (const { load } of all) await load.hangUp();
  const carried = await capacities([bare, mulaw, pcm], SEARCH);
  let left = 0;
  for (const { server } of all) left += await server.left();

  const typical = (name: string, what: (round: Round) => number) => median((rounds.get(name) ?? []).map(what));
  const titles = ["p50 ms", "p99 ms", "user us", "cpu us", "of bare", "KB whole", "KB more", "KB live", "carried", "of bare"];
  console.log(`Streams of 50 frames a second each way. At ${STREAMS} of them, medians of ${ROUNDS.rounds} rounds; and how many are carried with p99 < 5 ms`);
  console.log(`  ${"".padEnd(32)} ${titles.map((title) => title.padStart(8)).join(" ")}`);
  for (const { name } of all) {
    const { carried: count = NaN, found = false } = carried.get(name) ?? {};
    const { wholeKb, moreKb, liveKb } = memory.get(name) ?? { wholeKb: NaN, moreKb: NaN, liveKb: NaN };
    const cpu = typical(name, ({ cpuMicros }) => cpuMicros);
    const numbers = [
      typical(name, ({ look }) => look.p50).toFixed(2),
      typical(name, ({ look }) => look.p99).toFixed(2),
      typical(name, ({ userMicros }) => userMicros).toFixed(1),
      cpu.toFixed(1),
      (cpu / typical(BARE.name, ({ cpuMicros }) => cpuMicros)).toFixed(2),
      wholeKb.toFixed(0),
      moreKb.toFixed(0),
      liveKb.toFixed(0),
      `${found ? "" : ">="}${count}`,
      (count / (carried.get(BARE.name)?.carried ?? NaN)).toFixed(2),
    ];
    console.log(`  ${name.padEnd(32)} ${numbers.map((text) => text.replace(/.*NaN/, "").padStart(8)).join(" ")}`);
  }
  console.log(`  of the calls, ${left} tokens, sockets and voices are left`);

  const verdicts = new Verdicts();
  const known = (name: string) => ({ value: carried.get(name)?.carried ?? NaN, exact: carried.get(name)?.found ?? false });
  for (const { name, atLeast } of TARGETS) {
    verdicts.partAtLeast(`${name}: streams carried`, known(name), known(BARE.name), atLeast);
  }
  verdicts.atMost(`${MULAW.name}, memory that each of ${MEMORY_ROUNDS.streams} streams adds`, (memory.get(MULAW.name)?.moreKb ?? NaN) / (memory.get(BARE.name)?.moreKb ?? NaN), MEMORY, "x");
  if (left > 0) verdicts.atMost("what is left of calls that are over", left, 0, "things");
  if (!verdicts.finish()) process.exitCode = 1;
}
