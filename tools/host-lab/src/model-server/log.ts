import type { Outcome } from "./respond.ts";
import type { ModelRequest } from "./types.ts";

/** A valid request and how it ended. */
export interface RecordedRequest extends ModelRequest {
  /** `open` until the reply is done or the client gone. */
  outcome: Outcome | "open";
  /** True when the client went away before the reply was complete. */
  aborted: boolean;
  /** Settles when the request has ended. Never rejects. */
  readonly ended: Promise<Outcome>;
}

/** A request that broke a rule of the interface; a healthy test run has none. */
export interface RefusedRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly message: string;
}

/** Nothing that matches came within the time. */
export class RequestNotSeenError extends Error {
  override readonly name = "RequestNotSeenError";
  readonly code = "request_not_seen";
  readonly retryable = false;
}

/** Only the newest are kept, so that a looping agent does not eat the memory. */
const KEPT = 1000;

/** Remembers requests and tells those who wait for one. */
export class RequestLog {
  readonly requests: RecordedRequest[] = [];
  readonly refusals: RefusedRequest[] = [];
  readonly #waiting = new Set<(request: RecordedRequest) => void>();

  add(request: RecordedRequest): void {
    this.requests.push(request);
    if (this.requests.length > KEPT) this.requests.shift();
    for (const tell of [...this.#waiting]) tell(request);
  }

  addRefusal(refusal: RefusedRequest): void {
    this.refusals.push(refusal);
    if (this.refusals.length > KEPT) this.refusals.shift();
  }

  /** The first match among those seen, or the next that comes within `timeoutMs`. */
  async waitFor(matches: (request: ModelRequest) => boolean, timeoutMs: number): Promise<RecordedRequest> {
    const seen = this.requests.find(matches);
    if (seen !== undefined) return seen;
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(tell);
      };
      const tell = (request: RecordedRequest): void => {
        if (!matches(request)) return;
        stop();
        resolve(request);
      };
      const timer = setTimeout(() => {
        stop();
        const texts = this.requests.slice(-5).map((request) => JSON.stringify(request.lastUserText.slice(0, 80)));
        const heard = texts.length === 0 ? "none came" : `the last were ${texts.join(", ")}`;
        reject(new RequestNotSeenError(`No matching model request within ${timeoutMs} ms; ${heard}`));
      }, timeoutMs);
      this.#waiting.add(tell);
    });
  }
}
