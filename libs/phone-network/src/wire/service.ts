/** A carrier's REST interface, written once as a function of a request, and reached in process or over HTTP. */
export interface FakeService {
  /** Where the real interface is, for example `https://api.example.com`: scheme and host, without a path. */
  readonly origin: string;
  /** Answers one request, whose URL is under `origin`. `Response.error()` breaks the connection. */
  handle(request: Request): Promise<Response>;
}
