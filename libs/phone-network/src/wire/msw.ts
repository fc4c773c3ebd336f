import type { RequestHandler } from "msw";
import type { FakeService } from "./service.ts";

/** Handlers by which MSW answers for the service in process. MSW is imported now, so that nobody else has to have it. */
export async function mswHandlers(service: FakeService): Promise<RequestHandler[]> {
  const { http } = await import("msw");
  return [http.all(`${service.origin}/*`, ({ request }) => service.handle(request))];
}
