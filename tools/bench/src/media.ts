import { median } from "./harness/measure.ts";
import { capacities, memoryOfStreams, sameLoad, startContestant, type Contestant, type Round, type StreamMemory } from "./live/media-rounds.ts";
import { playsRole } from "./live/processes.ts";
import { roles } from "./live/roles.ts";
import { limitTime } from "./live/time-limit.ts";
import { Verdicts } from "./live/verdicts.ts";

// Streams of live audio that the telephone carries with everything on, what they cost and what memory they take, beside the
// least that a relay can do: `npm run bench -- media`.
const BARE = "ws and JSON, nothing else";
const MULAW = "the telephone";
const PCM = "the telephone, 24 kHz both ways";
const SINGLE = "the telephone, frame by frame";
/** Frames that voices give at a time: 60 ms, as much as playback hands over at once. Those of the world give more. */
const PIECE_FRAMES = 3;
/** Streams of which processor time is compared, and memory. */
const STREAMS = 250;
const MEMORY_STREAMS = 500;
const ROUNDS = { rounds: 4, ms: 1500 };
/** The telephone's listener takes 1024 connections, webhooks among them. */
const SEARCH = { from: 300, most: 960 };
const SEARCH_MS = 70_000;
const TIME_LIMIT_MS = 175_000;
const TARGETS = [
  { name: MULAW, atLeast: 0.7 },
  { name: PCM, atLeast: 0.33 },
];
const MEMORY = 2;

// Relay, telephones and loads are this same program, started again.
if (!(await playsRole(roles))) await compare();

async function compare(): Promise<void> {
  using _ = limitTime(TIME_LIMIT_MS);
  await using bare = await startContestant(BARE);
  await using mulaw = await startContestant(MULAW, { format: "mulaw", pieceFrames: PIECE_FRAMES });
  await using pcm = await startContestant(PCM, { format: "pcm24k", pieceFrames: PIECE_FRAMES });
  await using single = await startContestant(SINGLE, { format: "mulaw", pieceFrames: 1 });
  const searched: readonly Contestant[] = [bare, mulaw, pcm];
  const all: readonly Contestant[] = [...searched, single];

  const empty = await Promise.all(all.map(({ server }) => server.memory()));
  const rounds = await sameLoad(all, { streams: STREAMS, ...ROUNDS });
  const memory = new Map<string, StreamMemory>();
  for (const [index, one] of searched.entries()) memory.set(one.name, await memoryOfStreams(one, MEMORY_STREAMS, empty[index] as StreamMemory));
  const until = performance.now() + SEARCH_MS;
  const carried = await capacities(searched, { ...SEARCH, goesOn: () => performance.now() < until });
  const left = await hangUp(all);

  const typical = (name: string, what: (round: Round) => number) => median((rounds.get(name) ?? []).map(what));
  const titles = ["p50 ms", "p99 ms", "user us", "cpu us", "of bare", "KB each", "KB live", "carried", "of bare"];
  console.log(`Streams of 50 frames a second each way. At ${STREAMS} of them, medians of ${ROUNDS.rounds} rounds; and how many are carried with p99 < 5 ms`);
  console.log(`  ${"".padEnd(32)} ${titles.map((title) => title.padStart(8)).join(" ")}`);
  for (const { name } of all) {
    const { carried: count = NaN, found = false } = carried.get(name) ?? {};
    const { residentKb, liveKb } = memory.get(name) ?? { residentKb: NaN, liveKb: NaN };
    const cpu = typical(name, ({ cpuMicros }) => cpuMicros);
    const numbers = [
      typical(name, ({ look }) => look.p50).toFixed(2),
      typical(name, ({ look }) => look.p99).toFixed(2),
      typical(name, ({ userMicros }) => userMicros).toFixed(1),
      cpu.toFixed(1),
      (cpu / typical(BARE, ({ cpuMicros }) => cpuMicros)).toFixed(2),
      residentKb.toFixed(0),
      liveKb.toFixed(0),
      `${found ? "" : ">="}${count}`,
      (count / (carried.get(BARE)?.carried ?? NaN)).toFixed(2),
    ];
    console.log(`  ${name.padEnd(32)} ${numbers.map((text) => text.replace(/.*NaN/, "").padStart(8)).join(" ")}`);
  }
  console.log(`  of the calls, ${left} tokens, sockets and voices are left`);

  const verdicts = new Verdicts();
  const known = (name: string) => ({ value: carried.get(name)?.carried ?? NaN, exact: carried.get(name)?.found ?? false });
  for (const { name, atLeast } of TARGETS) {
    const cost = (of: string) => typical(of, ({ cpuMicros }) => cpuMicros);
    verdicts.atLeast(`${name}: streams for the same processor time`, cost(BARE) / cost(name), atLeast, "x");
    verdicts.partAtLeast(`${name}: streams carried`, known(name), known(BARE), atLeast);
  }
  verdicts.atMost(`${MULAW}, memory of a stream`, (memory.get(MULAW)?.residentKb ?? NaN) / (memory.get(BARE)?.residentKb ?? NaN), MEMORY, "x");
  if (left > 0) verdicts.atMost("what is left of calls that are over", left, 0, "things");
  if (!verdicts.finish()) process.exitCode = 1;
}

/** Ends all calls. Returns what is left of them. */
async function hangUp(contestants: readonly Contestant[]): Promise<number> {
  let left = 0;
  for (const { load, server } of contestants) {
    await load.hangUp();
    left += await server.left();
  }
  return left;
}
