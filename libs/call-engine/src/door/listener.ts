import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TelephonyError, type Clock, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";
import { readBody } from "./body.ts";
import type { SeenRequest, UrlReader } from "./public-url.ts";
import { Turnstile } from "./turnstile.ts";

/** Bytes of the largest body that a carrier sends; theirs have a few kilobytes. */
const MAX_BODY_BYTES = 64 * 1024;
/** Milliseconds in which a request has to be here, headers and body. */
const REQUEST_MS = 5000;
/** How often slow requests are looked for, as a part of what they are given. */
const SLOW_CHECKS = 10;
/** Milliseconds that a connection may rest between two requests: longer than carriers keep theirs. */
const KEEP_ALIVE_MS = 72_000;
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

/**
 * Opens the one HTTP listener of the telephone. Rejects with `listener-failed`, which names the key and the remedy where
 * the port is taken or not allowed.
 *
 * Carriers come and go while it listens, so all webhooks share one guard, and whose request it is, is decided by its URL.
 * There is nothing else to route, and a framework costs more than everything that is done here.
 */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { requestMs = REQUEST_MS } = options;
  const server = createServer({
    requestTimeout: requestMs,
    headersTimeout: requestMs,
    connectionsCheckingInterval: Math.ceil(requestMs / SLOW_CHECKS),
    keepAliveTimeout: KEEP_ALIVE_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options);
  const localUrl = localUrlOf(options, server);
  const turnstile = new Turnstile(options.clock);
  server.on("request", (request, response) => void serve(request, response, { ...options, localUrl, turnstile }));
  return { localUrl, close: () => close(server) };
}

interface Serving extends ListenerOptions {
  readonly localUrl: string;
  readonly turnstile: Turnstile;
}

/** Answers one request: nobody's body is read who could not be a carrier. Never rejects. */
async function serve(request: IncomingMessage, response: ServerResponse, { reader, target, localUrl, turnstile }: Serving): Promise<void> {
  try {
    const headers = joinHeaders(request.headers);
    const peer = request.socket.remoteAddress ?? "";
    const seen = reader()({ target: request.url ?? "/", headers, peer }, localUrl);
    if (!seen) return refuse(response, 404, "no such webhook");
    const head = { method: request.method ?? "", url: seen.url, headers, remoteAddress: seen.source };
    const refusal = target.refusal(head);
    if (refusal) return send(response, refusal, LAST);
    const body = await readInTurn(request, response, turnstile, seen.source);
    if (body === "too-many") return refuse(response, 429, "too many requests", { "retry-after": "1" });
    if (body === "too-large") return refuse(response, 413, "request refused");
    if (body === "gone") return;
    send(response, await target.handle({ ...head, body }, seen));
  } catch {
    // A reply that cannot be written as HTTP. The target answers for everything else.
    refuse(response, 500, "request refused");
  }
}

/** Reads the body when it is the source's turn. */
async function readInTurn(request: IncomingMessage, response: ServerResponse, turnstile: Turnstile, source: string) {
  const turn = turnstile.enter(source);
  if (!(typeof turn === "boolean" ? turn : await turn)) return "too-many";
  try {
    // Whoever waited may be gone meanwhile.
    return response.destroyed || request.destroyed ? "gone" : await readBody(request, MAX_BODY_BYTES);
  } finally {
    turnstile.leave(source);
  }
}

const TEXT = { "content-type": "text/plain; charset=utf-8" };
/** The rest of a refused request is not waited for. */
const LAST = { connection: "close" };

function send(response: ServerResponse, { status, headers, body }: WebhookReply, more: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { ...TEXT, ...headers, ...more, "content-length": Buffer.byteLength(body) }).end(body);
}

function refuse(response: ServerResponse, status: number, body: string, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent) response.destroy();
  else send(response, { status, headers, body }, LAST);
}

function listen(server: Server, options: ListenerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(listenError(error, options)));
    server.listen({ port: options.port, host: options.bind }, resolve);
  });
}

/** Ends all connections, busy or not. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function localUrlOf(options: ListenerOptions, server: Server): string {
  const { port } = server.address() as AddressInfo;
  const host = options.bind.includes(":") ? `[${options.bind}]` : options.bind;
  return `http://${host}:${port}${options.path}`;
}

function joinHeaders(headers: IncomingMessage["headers"]): Record<string, string> {
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
