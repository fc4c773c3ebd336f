import { redactSecrets } from "@openclaw/telephony-kit";
import type { FakeService } from "./service.ts";

/** A request that the service was asked, without its headers. */
export interface RestRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** As it came, with secrets blacked out; the first characters of a long one. */
  readonly body: string;
}

/** Requests that are remembered, the latest. */
const MAX_REQUESTS = 1_000;
const MAX_BODY_CHARS = 20_000;

/** A service that writes down what it is asked. `secrets` are texts that must not stand there. */
export function recordRequests(service: FakeService, secrets: readonly string[] = []): FakeService & { readonly requests: readonly RestRequest[] } {
  const requests: RestRequest[] = [];
  const hide = (text: string) => redactSecrets(text, secrets);
  return {
    origin: service.origin,
    requests,
    async handle(request) {
      const { pathname, search } = new URL(request.url);
      const body = await request.clone().text();
      requests.push({ method: request.method, path: hide(`${pathname}${search}`), body: hide(body).slice(0, MAX_BODY_CHARS) });
      if (requests.length > MAX_REQUESTS) requests.shift();
      return await service.handle(request);
    },
  };
}
