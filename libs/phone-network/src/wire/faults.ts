import type { NetworkFault } from "@openclaw/telephony-contract/testing";

/** What is done to a request that comes in. Those of the conformance kit are among them, under the same names. */
export type Fault =
  | NetworkFault
  /** The connection breaks before anything is carried out. */
  | "reset"
  /** It is not carried out, and the answer is 200 with something that no client can read. */
  | "garbage"
  /** It is not carried out, and this is the answer. */
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> };

/** Status of an answer that refuses a request: credentials, too many, server error. */
export type RefusalStatus = 401 | 429 | 500;

/** Makes the carrier's own answer for a refusal, with the body and headers that the real one sends. */
export type Refuse = (status: RefusalStatus) => Response;

const REFUSALS: Readonly<Record<"server-error" | "unauthorized" | "rate-limited", RefusalStatus>> = {
  "server-error": 500,
  unauthorized: 401,
  "rate-limited": 429,
};
/** Requests that stall at one time; one more breaks. */
const MAX_STALLED = 1_000;

/** Does something to requests on their way in: to the next one, or to all. */
export class Faults {
  #next: Fault = "none";
  #always: Fault = "none";
  readonly #stalled = new Set<() => void>();
  #closed = false;

  constructor(private readonly refuse: Refuse = (status) => new Response(null, { status })) {}

  /** Does this to the next request, and only to that. `none` takes back what did not find one. */
  next(fault: Fault): void {
    this.#next = fault;
  }

  /** Does this to every request, beside those that `next` is for. `none` or nothing ends it. */
  always(fault: Fault = "none"): void {
    this.#always = fault;
  }

  /** Stands in front of a request: `respond` carries it out, where it gets that far. */
  async apply(request: Request, respond: () => Promise<Response>): Promise<Response> {
    const fault = this.#take();
    if (this.#closed) return Response.error();
    if (typeof fault === "object") return new Response(fault.body ?? null, { status: fault.status, headers: fault.headers ?? {} });
    switch (fault) {
      case "none":
        return await respond();
      case "stall":
        return await this.#stall(request.signal);
      case "lost":
        await respond();
        return Response.error();
      case "reset":
        return Response.error();
      case "garbage":
        return new Response('<!doctype html><p>{"not": what you "expect', { status: 200, headers: { "content-type": "text/html" } });
      default:
        return this.refuse(REFUSALS[fault]);
    }
  }

  /** Breaks the connections of stalled requests, and of those that still come. */
  close(): void {
    this.#closed = true;
    for (const release of [...this.#stalled]) release();
  }

  #take(): Fault {
    const next = this.#next;
    this.#next = "none";
    return next === "none" ? this.#always : next;
  }

  /** Never answers; ends when the client gives up or this is closed. */
  #stall(signal: AbortSignal): Promise<Response> {
    if (signal.aborted || this.#stalled.size >= MAX_STALLED) return Promise.resolve(Response.error());
    return new Promise((resolve) => {
      const release = () => {
        this.#stalled.delete(release);
        signal.removeEventListener("abort", release);
        resolve(Response.error());
      };
      this.#stalled.add(release);
      signal.addEventListener("abort", release, { once: true });
    });
  }
}
