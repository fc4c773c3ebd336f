import { fork } from "node:child_process";
import { once } from "node:events";
import { serveBare, serveExpress } from "./plain-servers.ts";
import { serveTelnyx, serveTwilio, type ServingTelephone } from "./telephones.ts";

/** The servers, by name. Each gets a process of its own, so that no two share an event loop. */
const SERVERS = {
  bare: async (): Promise<ServingTelephone> => ({ port: await serveBare() }),
  express: async (): Promise<ServingTelephone> => ({ port: await serveExpress() }),
  twilio: serveTwilio,
  telnyx: serveTelnyx,
};

export type ServerName = keyof typeof SERVERS;

/** A server in its process. */
export interface ServerProcess extends AsyncDisposable, ServingTelephone {
  /** Microseconds of processor time that it has used, in the kernel as well. */
  cpu(): Promise<number>;
}

/** The argument that makes this program a server. */
const ROLE = "--serve";
const START_MS = 20_000;

/** Starts this same program as one of the servers. */
export async function startServer(name: ServerName): Promise<ServerProcess> {
  const child = fork(process.argv[1] ?? "", [ROLE, name], { execArgv: process.execArgv });
  const answer = async () => ((await once(child, "message", { signal: AbortSignal.timeout(START_MS) })) as unknown[])[0];
  const serving = (await answer()) as ServingTelephone;
  return {
    ...serving,
    async cpu() {
      child.send("cpu");
      return Number(await answer());
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}

/** Serves, where this process was started as a server, until its parent is gone. Returns whether it was. */
export async function servesHere(): Promise<boolean> {
  if (process.argv[2] !== ROLE) return false;
  const serving = await SERVERS[process.argv[3] as ServerName]();
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.once("disconnect", () => process.exit());
  process.send?.(serving);
  return true;
}
