import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { TelephonyError } from "@openclaw/telephony-contract";
import type { FakeService } from "./service.ts";

const HOST = "127.0.0.1";
/** Bytes of a request's body; a longer one is refused with 413. */
const MAX_BODY_BYTES = 1024 * 1024;
const MAX_CONNECTIONS = 500;
/** Milliseconds in which a request has to have come in. */
const REQUEST_MS = 30_000;

/** A service that answers on this machine. */
export interface LoopbackServer {
  /** Where it is: scheme, host and port, without a path. Takes the place of the service's origin. */
  readonly url: string;
  /** Stops, and breaks every connection. */
  close(): Promise<void>;
}

/**
 * Answers for the service over real HTTP on 127.0.0.1, whatever `Host` a client names. Without a port the system chooses
 * one. Rejects with an `unavailable` error where the port is taken.
 */
export async function serveLoopback(service: FakeService, { port = 0 }: { readonly port?: number } = {}): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => void answer(service, incoming, outgoing));
  server.requestTimeout = REQUEST_MS;
  server.headersTimeout = REQUEST_MS;
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.on("error", (cause) => reject(new TelephonyError("unavailable", `Port ${port} of this machine cannot be used`, { cause })));
    server.listen(port, HOST, resolve);
  });
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function answer(service: FakeService, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort());
  outgoing.on("error", () => gone.abort());
  try {
    const response = await respond(service, incoming, gone.signal);
    if (response.type === "error") incoming.socket.destroy();
    else await write(response, outgoing);
  } catch {
    // A request that broke off, or a defect of the service.
    if (outgoing.headersSent) incoming.socket.destroy();
    else outgoing.writeHead(500).end();
  }
}

async function respond(service: FakeService, incoming: IncomingMessage, signal: AbortSignal): Promise<Response> {
  const { method = "GET", url = "/" } = incoming;
  const address = `${service.origin}${url}`;
  if (!url.startsWith("/") || !URL.canParse(address)) return new Response(null, { status: 400 });
  const body = await readBody(incoming);
  if (!body) return new Response(null, { status: 413, headers: { connection: "close" } });
  const bodiless = method === "GET" || method === "HEAD";
  return await service.handle(new Request(address, { method, headers: headersOf(incoming), signal, ...(!bodiless && { body }) }));
}

/** The whole body, or nothing where it is too long. */
async function readBody(incoming: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // The rest of what is too long is read as well, or the client would see a broken connection instead of the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? new Uint8Array(Buffer.concat(chunks)) : undefined;
}

function headersOf({ headers }: IncomingMessage): Headers {
  const result = new Headers();
  for (const [name, value = ""] of Object.entries(headers)) for (const one of [value].flat()) result.append(name, one);
  return result;
}

async function write(response: Response, outgoing: ServerResponse): Promise<void> {
  const body = new Uint8Array(await response.arrayBuffer());
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(body);
}
