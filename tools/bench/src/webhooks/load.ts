import { connect, type Socket } from "node:net";
import type { WebhookRequest } from "@openclaw/telephony-contract";

/** What a server made of a load. */
export interface LoadResult {
  readonly perSecond: number;
  /** Milliseconds from the write of each request to the last byte of its reply. */
  readonly latencies: Float64Array;
}

/** A request as it goes over the wire; of its URL only path and query, so that any port on this machine can be meant. */
export function onTheWire({ method, url, headers, body }: WebhookRequest): Buffer {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, ...headers, "content-length": String(body.length) }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${method} ${pathname}${search} HTTP/1.1\r\n${lines.join("")}\r\n`), body]);
}

/**
 * Sends prepared requests over keep-alive connections, of which each has one request under way: a plain socket and a
 * reader of replies, because Node's own HTTP client would be slower than the servers. Rejects unless all are answered 200.
 */
export async function load(port: number, requests: readonly Buffer[], connections: number): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)));
  try {
    const latencies = new Float64Array(requests.length);
    let next = 0;
    const begin = performance.now();
    await Promise.all(sockets.map((socket) => work(socket, requests, latencies, () => next++)));
    return { perSecond: (requests.length * 1000) / (performance.now() - begin), latencies };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** One connection: takes the next request whenever its last one is answered. */
function work(socket: Socket, requests: readonly Buffer[], latencies: Float64Array, take: () => number): Promise<void> {
  return new Promise((resolve, reject) => {
    let current = 0;
    let sentAt = 0;
    let reply = "";
    const send = () => {
      current = take();
      const request = requests[current];
      if (!request) return resolve();
      sentAt = performance.now();
      socket.write(request);
    };
    socket.setEncoding("latin1");
    socket.on("data", (data: string) => {
      reply += data;
      if (!isWhole(reply)) return;
      if (!reply.startsWith("HTTP/1.1 200")) return reject(new Error(`a webhook was refused: ${reply.slice(0, 200)}`));
      latencies[current] = performance.now() - sentAt;
      reply = "";
      send();
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error("the server closed a connection")));
    send();
  });
}

const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** Whether a reply is here with its body. Replies of unknown length are not expected. */
function isWhole(reply: string): boolean {
  const end = reply.indexOf("\r\n\r\n");
  return end !== -1 && reply.length >= end + 4 + Number(LENGTH.exec(reply.slice(0, end))?.[1] ?? Infinity);
}
