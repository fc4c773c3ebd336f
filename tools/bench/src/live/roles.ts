import { serveBareRelay } from "./bare-relay.ts";
import { RelayLoader, type EchoServer } from "./relay-load.ts";
import { startProcess, type Remote } from "./processes.ts";
import type { CallerManners } from "./caller.ts";
import type { Destination } from "./far-ends.ts";
import { TalkLoader } from "./talk-load.ts";
import { BenchTelephone, type TelephoneManners } from "./telephone.ts";
import { memoryInUse, processorTime, type Usage } from "./usage.ts";

/** A server under load, as seen from its outside. */
export interface Served {
  port(): number;
  processorTime(): Pick<Usage, "userMicros" | "cpuMicros">;
  memory(): Promise<Pick<Usage, "residentKb" | "liveKb">>;
  left(): number;
}

/** What processes of these benchmarks do. */
export const roles = {
  async bare(): Promise<Served> {
    const port = await serveBareRelay();
    return { port: () => port, processorTime, memory: memoryInUse, left: () => 0 };
  },
  async telephone(manners: TelephoneManners) {
    const telephone = await BenchTelephone.start(manners);
    return {
      port: () => telephone.port,
      processorTime,
      memory: memoryInUse,
      left: () => telephone.left(),
      interruptions: () => telephone.interruptions(),
    };
  },
  talkLoad: (load: { readonly server: Destination; readonly manners: CallerManners }) => new TalkLoader(load),
  relayLoad: (server: EchoServer) => new RelayLoader(server),
};

export type Roles = typeof roles;

/** Starts a process of these benchmarks. */
export function start<Name extends keyof Roles>(
  name: Name,
  options: Parameters<Roles[Name]>[0] | Record<string, never> = {},
  nodeOptions: readonly string[] = [],
): Promise<Remote<Awaited<ReturnType<Roles[Name]>>>> {
  return startProcess<Roles, Name>(name, options, nodeOptions) as unknown as Promise<Remote<Awaited<ReturnType<Roles[Name]>>>>;
}
