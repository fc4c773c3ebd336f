import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { TelephonyError, type Clock, type ProviderContext, type Transcriber } from "@openclaw/telephony-contract";
import type {
  TestTranscription,
  TestTranscriptionSession,
  TranscriberConformanceOptions,
  TranscriberHarness,
  TranscriberKit,
  TranscriptionFault,
} from "@openclaw/telephony-contract/testing";
import { WebSocketServer } from "ws";
import { systemClock } from "../wire/surroundings.ts";
import type { TranscriptionPeer, TranscriptionDialect, TranscriptionVendor, UpgradeRefusal } from "./dialect.ts";
import { FakeSession } from "./fake-session.ts";

const HOST = "127.0.0.1";
const MAX_CONNECTIONS = 500;
/** Connections that are remembered after their end, the latest. */
const MAX_SESSIONS = 200;
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** A transcriber as the conformance kit tries it; a suite adds its runner. */
export type TranscriberSubject = Omit<TranscriberConformanceOptions, "runner">;

/** How a fake transcription service is started. */
export interface LoopbackTranscriptionOptions {
  /** Default: one that the system chooses. */
  readonly port?: number;
  /** Default: real time. */
  readonly clock?: Clock;
}

/** What is done to connections as they are made. */
export interface TranscriptionFaults {
  /** Does this to the next connection, and only to that. */
  next(fault: TranscriptionFault | "rate-limited"): void;
  /** Does this to every connection. `none` or nothing ends it. */
  always(fault?: TranscriptionFault | "rate-limited"): void;
}

/** A fake of a real transcription service on this machine, which hears the texts that are spoken in tones. */
export interface LoopbackTranscription {
  /** Where it is: `ws:`, host and port, without a path. */
  readonly origin: string;
  /** The transcriber's section of the configuration: this address, and credentials that the fake knows. */
  readonly section: Readonly<Record<string, unknown>>;
  /** Its connections, also those that are over, the latest. */
  readonly sessions: readonly TestTranscriptionSession[];
  /** Attempts to connect, whatever became of them. */
  readonly attempts: number;
  readonly faults: TranscriptionFaults;
  /** Breaks its connections and stops. */
  close(): Promise<void>;
}

/** Starts a fake service; every transcriber's test kit exports one under the name `startLoopbackTranscription`. */
export type StartLoopbackTranscription = (options?: LoopbackTranscriptionOptions) => Promise<LoopbackTranscription>;

/** What a fake service is put together from. */
export interface TranscriptionParts extends LoopbackTranscriptionOptions {
  readonly vendor: TranscriptionVendor;
  /** The section of the configuration by which the transcriber finds the fake at `ws://host:port`. */
  readonly section: (origin: string) => Readonly<Record<string, unknown>>;
  /** Whether texts in tones are heard. Default true; else it says only what a test has it say. */
  readonly recognises?: boolean;
}

/** Opens a fake service on a port of this machine. Rejects with an `unavailable` error where the port is taken. */
export async function openTranscription({ vendor, section, port = 0, clock = systemClock, recognises = true }: TranscriptionParts): Promise<LoopbackTranscription> {
  const sockets = new Set<Duplex>();
  const sessions: FakeSession[] = [];
  const wished = new WishedFaults();
  let attempts = 0;
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE_BYTES });
  const server = createServer((_request, response) => response.writeHead(426).end());
  server.maxConnections = MAX_CONNECTIONS;
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    attempts += 1;
    const fault = wished.take();
    const wish = fault === "unauthorized" ? 401 : fault === "rate-limited" ? 429 : fault === "server-error" ? 500 : undefined;
    if (wish !== undefined) return refuse(socket, vendor.refuse(wish));
    if (fault === "drop-before-ready" && !vendor.greets) return void socket.destroy();
    if (fault === "never-ready" && !vendor.greets) return; // The client hears nothing until one of the two gives up.
    const admitted = admit(vendor, request);
    if (typeof admitted === "object") return refuse(socket, admitted);
    upgrades.handleUpgrade(request, socket, head, (webSocket) => {
      if (fault === "drop-before-ready") return webSocket.terminate();
      const session = new FakeSession({ socket: webSocket, clock, open: admitted, recognises, mute: fault === "never-ready", onOver: () => forget(sessions) });
      sessions.push(session);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", (cause) => reject(new TelephonyError("unavailable", `Port ${port} of this machine cannot be used`, { cause })));
    server.listen(port, HOST, resolve);
  });
  const origin = `ws://${HOST}:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    section: section(origin),
    sessions,
    get attempts() {
      return attempts;
    },
    faults: wished,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A transcriber and the fake of its service in the conformance kit's hands. */
export async function transcriberHarness<Section>(
  kit: TranscriberKit,
  parts: Pick<TranscriptionParts, "vendor" | "section">,
  create: (section: Section, context: ProviderContext) => Promise<Transcriber>,
): Promise<TranscriberHarness> {
  const loopback = await openTranscription({ ...parts, clock: kit.clock, recognises: false });
  const service: TestTranscription = {
    sessions: loopback.sessions,
    get attempts() {
      return loopback.attempts;
    },
    failNext: (fault) => loopback.faults.next(fault),
  };
  return { service, create: (context) => create(loopback.section as Section, context), close: () => loopback.close() };
}

class WishedFaults implements TranscriptionFaults {
  #next: TranscriptionFault | "rate-limited" = "none";
  #always: TranscriptionFault | "rate-limited" = "none";

  next(fault: TranscriptionFault | "rate-limited"): void {
    this.#next = fault;
  }

  always(fault: TranscriptionFault | "rate-limited" = "none"): void {
    this.#always = fault;
  }

  take(): TranscriptionFault | "rate-limited" {
    const next = this.#next;
    this.#next = "none";
    return next === "none" ? this.#always : next;
  }
}

function admit(vendor: TranscriptionVendor, { url = "/", headers }: IncomingMessage): UpgradeRefusal | ((peer: TranscriptionPeer) => TranscriptionDialect) {
  const parsed = URL.parse(url, `ws://${HOST}`);
  if (!parsed) return { status: 400 };
  const single = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : value]));
  return vendor.admit({ url: parsed, headers: single });
}

function refuse(socket: Duplex, { status, headers = {}, body = "" }: UpgradeRefusal): void {
  const all = { connection: "close", "content-length": String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}\r\n${body}`);
}

function forget(sessions: FakeSession[]): void {
  for (let excess = sessions.length - MAX_SESSIONS; excess > 0; excess--) {
    const at = sessions.findIndex(({ open }) => !open);
    if (at >= 0) sessions.splice(at, 1);
  }
}
