import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TelephonyError, type Clock, type HeaderMap, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";
import type { FastifyInstance } from "fastify";
import { isWebSocketUpgrade } from "../media/index.ts";
import type { SeenRequest, UrlReader } from "./public-url.ts";
import { Turnstile } from "./turnstile.ts";
import { NO_BYTES, answer, readBody, turnAway, type Refusal } from "./visit.ts";

/** Bytes of the largest body that a carrier sends; theirs have a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Milliseconds in which a request has to be here, headers and body. */
const REQUEST_MS = 5000;
/** How often slow requests are looked for, as a part of what they are given. */
const SLOW_CHECKS = 10;
/** Connections at one time: many times what carriers keep open, few enough for any machine. */
const MAX_CONNECTIONS = 1024;

/** A request before its body was read. */
export type WebhookHead = Omit<WebhookRequest, "body">;

/** What the listener leads to. */
export interface ListenerTarget {
  /** Refuses a request by its head alone, before its body is read. */
  refusal(head: WebhookHead): WebhookReply | undefined;
  /** Never rejects. */
  handle(request: WebhookRequest, seen: Pick<SeenRequest, "spellings" | "base">): Promise<WebhookReply>;
}

/** Where the listener is to be. */
export interface ListenerOptions {
  readonly port: number;
  readonly bind: string;
  /** Path of the entry; everything below it is ours, too. */
  readonly path: string;
  readonly clock: Clock;
  /** How requests look from outside. Asked for every request, so that a changed configuration counts at once. */
  readonly reader: () => UrlReader;
  readonly target: ListenerTarget;
  /** Milliseconds in which a request has to be here, headers and body. Default 5000. */
  readonly requestMs?: number;
}

/** A listener that is up. */
export interface Listener {
  /** URL of the entry on this machine. */
  readonly localUrl: string;
  /** For what is no webhook: media sockets. */
  readonly server: Server;
  close(): Promise<void>;
}

/** A request on its way in. A class, as everything is that waits: see `Visit` of the door. */
class Arrival implements WebhookRequest {
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string;
  body: Uint8Array = NO_BYTES;

  constructor(
    { method }: IncomingMessage,
    readonly headers: HeaderMap,
    { url, source }: SeenRequest,
  ) {
    this.method = method ?? "";
    this.url = url;
    this.remoteAddress = source;
  }
}

/**
 * Opens the one HTTP listener of the telephone. Rejects with `listener-failed`, which names the key and the remedy where
 * the port is taken or not allowed.
 *
 * Carriers come and go while it listens and routes cannot, so all webhooks share one scope with one guard; whose request
 * it is, is decided by its URL.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { default: fastify } = await import("fastify");
  const { requestMs = REQUEST_MS } = options;
  const app = fastify({
    requestTimeout: requestMs,
    connectionTimeout: 2 * requestMs,
    http: {
      headersTimeout: requestMs,
      connectionsCheckingInterval: Math.ceil(requestMs / SLOW_CHECKS),
      // Who offers another protocol beside is still answered. Known to Node 24 and later.
      ...({ shouldUpgradeCallback: isWebSocketUpgrade } as object),
    },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  let local = "";
  await app.register((scope, _options, done) => {
    webhooks(scope, options, () => local);
    done();
  });
  try {
    await app.listen({ port: options.port, host: options.bind });
  } catch (error) {
    throw listenError(error, options);
  }
  local = localUrl(options, app);
  return { localUrl: local, server: app.server, close: () => app.close() };
}

/**
 * The scope of webhooks. fastify finds it, keeps connections in order and closes them; each request is taken into our own
 * hands as soon as it is found, because nobody's body is to be read who could not be a carrier, and bodies stay as they came.
 */
function webhooks(scope: FastifyInstance, options: ListenerOptions, local: () => string): void {
  const turnstile = new Turnstile(options.clock);
  scope.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => void turnAway(reply.hijack().raw, { status: error.statusCode ?? 500, body: "request refused" }));
  scope.setNotFoundHandler((_request, reply) => void turnAway(reply.hijack().raw, NO_SUCH_WEBHOOK));
  scope.addHook("onRequest", (request, reply) => {
    const headers = joined(request.raw.headers);
    const seen = options.reader()({ target: request.raw.url ?? "/", headers, peer: request.raw.socket.remoteAddress ?? "" }, local());
    const arrival = seen && new Arrival(request.raw, headers, seen);
    const refusal = arrival ? options.target.refusal(arrival) : NO_SUCH_WEBHOOK;
    // What throws until here is answered by the error handler, and from here on by us.
    const response = reply.hijack().raw;
    if (!seen || !arrival || refusal) return turnAway(response, refusal ?? NO_SUCH_WEBHOOK);
    const turn = turnstile.enter(seen.source);
    if (turn === true) return takeIn(request.raw, response, arrival, seen);
    if (turn === false) return turnAway(response, TOO_MANY);
    void turn.then((admitted) => (admitted ? takeIn(request.raw, response, arrival, seen) : turnAway(response, TOO_MANY)));
  });
  // The hook leaves it nothing to do.
  scope.route({ method: ["GET", "POST"], url: "*", handler: (_request, reply) => reply.callNotFound() });

  /** Reads the body of a request that was let in, and answers it. */
  function takeIn(request: IncomingMessage, response: ServerResponse, arrival: Arrival, seen: SeenRequest): void {
    // Gone while it waited.
    if (response.destroyed) return turnstile.leave(seen.source);
    let inside = true;
    // A request is through once its body is here, or once nobody waits for its answer any more.
    const leave = () => {
      if (inside) turnstile.leave(seen.source);
      inside = false;
    };
    response.on("close", leave);
    readBody(request, MAX_BODY_BYTES, (body) => {
      leave();
      if (!body) return turnAway(response, TOO_LARGE);
      arrival.body = body;
      void options.target.handle(arrival, seen).then((reply) => answer(response, reply));
    });
  }
}

const NO_SUCH_WEBHOOK: Refusal = { status: 404, body: "no such webhook" };
const TOO_LARGE: Refusal = { status: 413, body: "request refused" };
const TOO_MANY: Refusal = { status: 429, body: "too many requests", headers: { "retry-after": "1" } };

/** Node has joined headers already that came several times, all but one kind, which no carrier sends. */
function joined(headers: IncomingHttpHeaders): HeaderMap {
  const several = headers["set-cookie"];
  return (several === undefined ? headers : { ...headers, "set-cookie": several.join(", ") }) as HeaderMap;
}

function localUrl(options: ListenerOptions, app: { readonly server: { address(): AddressInfo | string | null } }): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.bind.includes(":") ? `[${options.bind}]` : options.bind;
  return `http://${host}:${port}${options.path}`;
}

function listenError(error: unknown, { port, bind }: ListenerOptions): TelephonyError {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  const remedy: Record<string, string> = {
    EADDRINUSE: `port ${port} is in use by another program: stop it, or set "serve.port" to a free one`,
    EACCES: `this user may not listen on port ${port}: set "serve.port" above 1023`,
    EADDRNOTAVAIL: `${bind} is no address of this machine: correct "serve.bind"`,
  };
  return new TelephonyError("listener-failed", remedy[code] ?? `cannot listen on ${bind}:${port} (${code}): check "serve"`, { cause: error });
}
