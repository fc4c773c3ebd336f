import { createServer, request as httpRequest, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createLogRecorder } from "@openclaw/telephony-contract/testing";
import type { MediaLink } from "@openclaw/telephony-contract";
import { WebSocket } from "ws";
import { urlReader, type Exposure } from "../door/public-url.ts";
import { systemClock } from "../system.ts";
import { MediaServer } from "./media-server.ts";
import type { UpgradeRequest } from "./socket.ts";
import { strictCodec } from "./strict-codec.test-support.ts";
import { attachWebSockets, isWebSocketUpgrade } from "./ws-server.ts";

/** The path of media sockets on this machine. */
export const STREAM_PATH = "/voice/stream";

/** What a test of real sockets may choose. */
export interface WsRoomOptions {
  readonly exposure?: Partial<Exposure>;
  /** What the same server answers to ordinary requests. */
  readonly requests?: RequestListener;
  /** In place of the media server's own decision. */
  readonly admit?: MediaServer["admit"];
}

/** A media server behind an HTTP server of its own, on this machine. Call `a` has the carrier id `CA`, and so on. */
export async function createWsRoom({ exposure, requests, admit }: WsRoomOptions = {}) {
  const log = createLogRecorder();
  const links: MediaLink[] = [];
  const asked: UpgradeRequest[] = [];
  const started = Promise.withResolvers<MediaLink>();
  const media = new MediaServer({
    clock: systemClock,
    log,
    limits: () => ({ preStartTimeoutMs: 5000, maxPendingConnections: 32, maxPendingConnectionsPerIp: 32, maxConnections: 128 }),
    call: (callId) => ({ frames: strictCodec, carrierIds: () => [`C${callId.toUpperCase()}`] }),
    attached(_callId, link) {
      links.push(link);
      started.resolve(link);
    },
  });
  const read = urlReader({ path: STREAM_PATH, forwarding: { trustForwardingHeaders: false }, ...exposure });
  const server = createServer({ shouldUpgradeCallback: isWebSocketUpgrade }, requests);
  const door = await attachWebSockets(server, {
    path: STREAM_PATH,
    reader: () => read,
    log,
    mediaServer: {
      admit(request) {
        asked.push(request);
        return admit ? admit(request) : media.admit(request);
      },
    },
  });
  const port = await listen(server);

  return {
    log,
    media,
    links,
    asked,
    door,
    port,
    server,
    /** The first link. */
    started: started.promise,
    url: (token: string) => `ws://127.0.0.1:${port}${STREAM_PATH}/${token}`,
    async [Symbol.asyncDispose]() {
      await media.close();
      door.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** The far end of a media socket. */
export interface Caller {
  readonly socket: WebSocket;
  /** Resolves with everything that was heard once there is as much of it. */
  heard(count: number): Promise<readonly string[]>;
  /** Resolves with how our side closed it. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Opens a media socket, or rejects with the HTTP status of the refusal. */
export async function connectMedia(url: string, headers: Record<string, string> = {}): Promise<Caller> {
  const socket = new WebSocket(url, { headers });
  const heard: string[] = [];
  socket.on("message", (data: Buffer) => heard.push(data.toString()));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on("open", resolve);
    socket.on("error", reject);
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      reject(new Error(`HTTP ${response.statusCode}`));
    });
  });
  return {
    socket,
    closed,
    async heard(count) {
      while (heard.length < count) await new Promise((resolve) => socket.once("message", resolve));
      return heard;
    },
  };
}

/** An HTTP request that asks for another protocol, and the status that it is answered with; 0 for a connection that is cut. */
export async function askUpgrade(port: number, path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    const asking = httpRequest({ port, host: "127.0.0.1", path, headers: { connection: "Upgrade", ...headers } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asking.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asking.on("error", () => resolve(0));
    asking.end();
  });
}
