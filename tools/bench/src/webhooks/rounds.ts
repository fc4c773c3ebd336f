import { median } from "../harness/measure.ts";
import { load, onTheWire } from "./load.ts";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import type { ServerProcess } from "./server-process.ts";

/** A server under load. */
export interface Contestant {
  readonly name: string;
  readonly server: ServerProcess;
  /** So many webhooks for one round, signed and never the same twice. */
  readonly webhooks: (count: number) => readonly WebhookRequest[] | Promise<readonly WebhookRequest[]>;
}

/** What one round showed of a server. */
export interface Round {
  /** Webhooks that were answered 200, each second. */
  readonly perSecond: number;
  /** Processor time of the server's process for one webhook, in microseconds. */
  readonly cpuMicros: number;
  /** Milliseconds from a request to its reply: the median, and what only one in a hundred exceeds. */
  readonly p50: number;
  readonly p99: number;
}

/** How the load is made. */
export interface LoadOptions {
  readonly rounds: number;
  /** Webhooks that a server gets in a round. */
  readonly webhooks: number;
  /** Keep-alive connections; each has one request under way. */
  readonly connections: number;
}

/**
 * Puts the servers under load in turns, each round beginning with another, so that whatever slows the machine down for a
 * while slows all of them. One round before the first does not count. Everything is prepared outside the measured time.
 */
export async function runRounds(contestants: readonly Contestant[], options: LoadOptions): Promise<ReadonlyMap<string, readonly Round[]>> {
  const results = new Map(contestants.map(({ name }) => [name, [] as Round[]]));
  for (let round = 0; round <= options.rounds; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const contestant = contestants[(round + turn) % contestants.length] as Contestant;
      const result = await runOne(contestant, options);
      if (round > 0) results.get(contestant.name)?.push(result);
    }
  }
  return results;
}

async function runOne({ server, webhooks }: Contestant, options: LoadOptions): Promise<Round> {
  const requests = (await webhooks(options.webhooks)).map(onTheWire);
  const before = await server.cpu();
  const { perSecond, latencies } = await load(server.port, requests, options.connections);
  const cpuMicros = ((await server.cpu()) - before) / requests.length;
  latencies.sort();
  const at = (part: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))] ?? NaN;
  return { perSecond, cpuMicros, p50: at(0.5), p99: at(0.99) };
}

/** The median over rounds of one of their numbers. */
export function typical(rounds: readonly Round[], what: keyof Round): number {
  return median(rounds.map((round) => round[what]));
}

/** How many times as much of something as another server: the median of each round's own ratio. */
export function ratio(rounds: readonly Round[], others: readonly Round[], what: keyof Round): number {
  return median(rounds.map((round, index) => round[what] / (others[index]?.[what] ?? NaN)));
}
