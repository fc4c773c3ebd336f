import type { RequestHandler } from "msw";
import type { FakeService } from "./service.ts";

/** Handlers by which MSW answers for the service in process. MSW is imported now, so that nobody else has to have it. */
export async function mswHandlers(service: FakeService): Promise<RequestHandler[]> {
  const { http } = await import("msw");
  return [http.all(`${service.origin}/*`, ({ request }) => service.handle(request))];
}

/** Servers of a test's own, which stay reachable. */
const THIS_MACHINE = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\//;

/**
 * Lets the service answer in process for its origin: `fetch` and `node:http` of this process no longer reach the network,
 * and a request to anywhere else but this machine fails. One at a time. Gives the way to end it.
 */
export async function interceptService(service: FakeService): Promise<{ close(): void }> {
  const { http, passthrough } = await import("msw");
  const { setupServer } = await import("msw/node");
  const server = setupServer(...(await mswHandlers(service)), http.all(THIS_MACHINE, () => passthrough()));
  server.listen({ onUnhandledFrame: "error" });
  return { close: () => server.close() };
}
