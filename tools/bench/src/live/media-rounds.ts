import { median } from "../harness/measure.ts";
import { capacity, type Capacity, type CapacityOptions, type Verdict } from "./capacity.ts";
import { EACH_FRAME, echoShape } from "./echo-shape.ts";
import type { Remote } from "./processes.ts";
import { GRACE_MS, type Look, type RelayLoader } from "./relay-load.ts";
import { start, type Served } from "./roles.ts";
import { FORMATS, type TelephoneManners } from "./telephone.ts";

/** A server, and the load that it is put under, each in its process. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** Streams that are tried at most. */
  readonly most: number;
  readonly server: Remote<Served>;
  readonly load: Remote<RelayLoader>;
}

/** One contestant's round at a load that is the same for all. */
export interface Round {
  /** Delay of the frames, and how late the load was. */
  readonly look: Look;
  /** Microseconds of processor time for one frame there and back: the server's own, and with the kernel's. */
  readonly userMicros: number;
  readonly cpuMicros: number;
}

/** What a stream may be late by, at most one frame in a hundred, to count as carried. */
const LIMIT_MS = 5;
/** How late the load may be itself. */
const LATE_MS = 4;
/** Looks that are needed to judge. */
const MIN_LOOKS = 3;

/** Frames of a stream that are not echoed yet: the call has to be put through first, and the agent has to be asked. */
const ECHO_FROM = 25;

/** A telephone that echoes: the format of its ears and voices, and frames that these give at a time. */
export interface EchoingTelephone {
  readonly format: TelephoneManners["format"];
  readonly pieceFrames: number;
}

/** What is compared: a telephone, or else a bare relay. */
export interface Entry {
  readonly name: string;
  readonly telephone?: EchoingTelephone;
}

/** Streams that the bare relay is given at most: more than it and its load have carried anywhere. */
const MOST_BARE = 2000;
/** The telephone's listener takes 1024 connections, webhooks among them. */
const MOST_TELEPHONE = 960;

/** Starts a telephone, or else a bare relay, with more options of Node's where wanted. */
export async function startContestant({ name, telephone }: Entry, nodeOptions: readonly string[] = []): Promise<Contestant> {
  const manners = telephone && { from: ECHO_FROM, pieceFrames: telephone.pieceFrames };
  const server: Remote<Served> = telephone && manners ? await start("telephone", { format: telephone.format, echo: manners }, nodeOptions) : await start("bare", {}, nodeOptions);
  const shape = telephone && manners ? echoShape(FORMATS[telephone.format], manners) : EACH_FRAME;
  const load = await start("relayLoad", { port: await server.port(), isTelephone: telephone !== undefined, shape });
  return {
    name,
    most: telephone ? MOST_TELEPHONE : MOST_BARE,
    server,
    load,
    async [Symbol.asyncDispose]() {
      await load[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Has every contestant carry the same load in each round. */
export async function sameLoad(contestants: readonly Contestant[], { streams, rounds, ms }: { readonly streams: number; readonly rounds: number; readonly ms: number }): Promise<ReadonlyMap<string, readonly Round[]>> {
  const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]));
  for (let round = 0; round <= rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length] as Contestant;
      const result = await oneRound(contestant, streams, ms);
      if (round > 0) results.get(contestant.name)?.push(result);
    }
  }
  return results;
}

async function oneRound({ server, load }: Contestant, streams: number, ms: number): Promise<Round> {
  await load.open(streams);
  const before = await server.processorTime();
  const [look] = await load.run({ streams, warmMs: 0, looks: 1, lookMs: ms });
  const after = await server.processorTime();
  if (!look) throw new Error("a load without a look");
  // Frames flow a little longer than they are looked at.
  const frames = look.frames * ((ms + GRACE_MS) / ms);
  return { look, userMicros: (after.userMicros - before.userMicros) / frames, cpuMicros: (after.cpuMicros - before.cpuMicros) / frames };
}

/** What a stream takes of a server's memory, in kilobytes. */
export interface StreamMemory {
  /** Resident memory of the whole process, and how much more that is than after a first stream came and went. */
  readonly wholeKb: number;
  readonly moreKb: number;
  /** Live objects, with buffers outside the heap. */
  readonly liveKb: number;
}

/**
 * Where new objects are made, in megabytes: V8's ordinary limit. By itself it grows to as much as the machine's memory allows,
 * by how many objects outlive its collections and for how long, which has little to do with what streams hold.
 */
const NURSERY_MB = 16;
/** Time in which streams talk before memory is looked at: as long as it takes that room to grow to its limit in all of them. */
const TALK_MS = 6000;

/** Memory of servers with streams that talk, in turns: medians of the rounds. */
export async function memoryOfStreams(entries: readonly Entry[], { streams, rounds }: { readonly streams: number; readonly rounds: number }): Promise<ReadonlyMap<string, StreamMemory>> {
  const results = new Map(entries.map(({ name }) => [name, [] as StreamMemory[]]));
  for (let round = 0; round < rounds; round++) for (const entry of entries) results.get(entry.name)?.push(await memoryOnce(entry, streams));
  return new Map(
    [...results].map(([name, memories]) => {
      const typical = (what: (memory: StreamMemory) => number) => median(memories.map(what));
      return [name, { wholeKb: typical(({ wholeKb }) => wholeKb), moreKb: typical(({ moreKb }) => moreKb), liveKb: typical(({ liveKb }) => liveKb) }];
    }),
  );
}

/** Time in which a first stream talks, whose call is over before the others begin. */
const FIRST_MS = 1500;

/** Starts a server for this alone. What it takes to carry a stream for the first time, such as code, is no part of what streams add. */
async function memoryOnce(entry: Entry, streams: number): Promise<StreamMemory> {
  await using contestant = await startContestant(entry, [`--max-semi-space-size=${NURSERY_MB}`]);
  const { server, load } = contestant;
  await load.run({ streams: 1, warmMs: FIRST_MS, looks: 1, lookMs: 1 });
  await load.hangUp();
  const before = await server.memory();
  await load.run({ streams, warmMs: TALK_MS, looks: 1, lookMs: 1 });
  const { residentKb, liveKb } = await server.memory();
  await load.hangUp();
  return { wholeKb: residentKb / streams, moreKb: (residentKb - before.residentKb) / streams, liveKb: (liveKb - before.liveKb) / streams };
}

/** How the largest load is searched. */
export interface SearchOptions extends Pick<CapacityOptions, "from"> {
  readonly rounds: number;
  /** The longest that one search may take. */
  readonly ms: number;
}

/**
 * Finds out how many streams each contestant carries. They take turns, and nobody else has any streams meanwhile. Of several
 * rounds the best counts: noise only makes it less.
 */
export async function capacities(contestants: readonly Contestant[], { rounds, ms, ...options }: SearchOptions): Promise<ReadonlyMap<string, Capacity>> {
  const best = new Map<string, Capacity>();
  for (let round = 0; round < rounds; round++) {
    for (const { name, most, load } of contestants) {
      const until = performance.now() + ms;
      const attempt = async (streams: number): Promise<Verdict> => judgeLooks(await load.run({ streams, warmMs: 300, looks: 6, lookMs: 250 }));
      const found = await capacity(attempt, { ...options, most, precision: 0.08, tries: 3, goesOn: () => performance.now() < until });
      await load.hangUp();
      if (found.carried > (best.get(name)?.carried ?? -1)) best.set(name, found);
    }
  }
  return best;
}

/** Judges a load by its looks, without those at which the load was late itself: by the median of what is left. */
export function judgeLooks(looks: readonly Look[]): Verdict {
  const good = looks.filter(({ late }) => late <= LATE_MS);
  if (good.length < MIN_LOOKS) return "void";
  return median(good.map(({ p99 }) => p99)) <= LIMIT_MS ? "carried" : "missed";
}
