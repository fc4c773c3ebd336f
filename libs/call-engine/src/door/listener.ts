import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { TelephonyError, type Clock, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { SeenRequest, UrlReader } from "./public-url.ts";
import { Turnstile } from "./turnstile.ts";

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
  close(): Promise<void>;
}

interface Arrival {
  readonly head: WebhookHead;
  readonly seen: SeenRequest;
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
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: requestMs,
    connectionTimeout: 2 * requestMs,
    http: { headersTimeout: requestMs, connectionsCheckingInterval: Math.ceil(requestMs / SLOW_CHECKS) },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  app.server.maxConnections = MAX_CONNECTIONS;
  await app.register((scope, _options, done) => {
    webhooks(scope, options, () => localUrl(options, app));
    done();
  });
  try {
    await app.listen({ port: options.port, host: options.bind });
  } catch (error) {
    throw listenError(error, options);
  }
  return { localUrl: localUrl(options, app), close: () => app.close() };
}

/** The scope of webhooks: raw bodies, and nobody's body is read who could not be a carrier. */
function webhooks(scope: FastifyInstance, { reader, target, clock }: ListenerOptions, local: () => string): void {
  const arrivals = new WeakMap<FastifyRequest, Arrival>();
  const turnstile = new Turnstile(clock);
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  scope.setErrorHandler((error: { readonly statusCode?: number }, _request, reply) => refuse(reply, error.statusCode ?? 500, "request refused"));
  scope.setNotFoundHandler((_request, reply) => refuse(reply, 404, "no such webhook"));
  scope.addHook("onRequest", (request, reply, done) => {
    const arrival = arrive(request, reader(), local());
    if (!arrival) return void refuse(reply, 404, "no such webhook");
    const refusal = target.refusal(arrival.head);
    if (refusal) return void send(reply.header("connection", "close"), refusal);
    arrivals.set(request, arrival);
    const { source } = arrival.seen;
    const letIn = (admitted: boolean) => {
      if (!admitted) return void refuse(reply.header("retry-after", "1"), 429, "too many requests");
      leaveOnce(request, reply, () => turnstile.leave(source));
      done();
    };
    const turn = turnstile.enter(source);
    if (typeof turn === "boolean") letIn(turn);
    else void turn.then(letIn);
  });
  scope.route({
    method: ["GET", "POST"],
    url: "*",
    handler: async (request, reply) => {
      const arrival = arrivals.get(request);
      if (!arrival) return refuse(reply, 404, "no such webhook");
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      return send(reply, await target.handle({ ...arrival.head, body }, arrival.seen));
    },
  });
}

function arrive(request: FastifyRequest, read: UrlReader, local: string): Arrival | undefined {
  const headers = joinHeaders(request.headers);
  const seen = read({ target: request.raw.url ?? "/", headers, peer: request.socket.remoteAddress ?? "" }, local);
  return seen && { seen, head: { method: request.method, url: seen.url, headers, remoteAddress: seen.source } };
}

/** A request is through once its body is here, or once nobody waits for its answer any more. */
function leaveOnce(request: FastifyRequest, reply: FastifyReply, leave: () => void): void {
  let left = false;
  const once = () => {
    if (left) return;
    left = true;
    leave();
  };
  request.raw.once("end", once);
  reply.raw.once("close", once);
}

function send(reply: FastifyReply, { status, headers, body }: WebhookReply): FastifyReply {
  return reply.code(status).headers(headers).send(body);
}

/** The rest of a refused request is not waited for. */
function refuse(reply: FastifyReply, status: number, body: string): FastifyReply {
  return reply.code(status).headers({ "content-type": "text/plain; charset=utf-8", connection: "close" }).send(body);
}

function localUrl(options: ListenerOptions, app: { readonly server: { address(): AddressInfo | string | null } }): string {
  const address = app.server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  const host = options.bind.includes(":") ? `[${options.bind}]` : options.bind;
  return `http://${host}:${port}${options.path}`;
}

function joinHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const joined: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) joined[name] = typeof value === "string" ? value : value.join(", ");
  }
  return joined;
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
