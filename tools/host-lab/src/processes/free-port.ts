import { createServer } from "node:net";
import { HostLabError } from "../errors.ts";

/** Below the range from which systems give out ports by themselves, so that nobody gets ours by chance. */
const FIRST = 20_000;
const LAST = 31_990;
/** A Gateway also uses the ports right after its own (browser control is at +2). */
const STEP = 10;

const taken = new Set<number>();

/**
 * A loopback TCP port that is free now, with the two after it, and that this process has not given out before.
 * @throws HostLabError `port_unavailable` when 200 tries found none.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = FIRST + Math.floor((Math.random() * (LAST - FIRST)) / STEP) * STEP;
    if (taken.has(port)) continue;
    if ((await isFree(port)) && (await isFree(port + 1)) && (await isFree(port + 2))) {
      taken.add(port);
      return port;
    }
  }
  throw new HostLabError("port_unavailable", `No free loopback port between ${FIRST} and ${LAST}`);
}

/** Whether nobody listens on this loopback port. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
