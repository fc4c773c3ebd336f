import { MULAW_8K, type TelephonyError } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { ResilientSocketOptions } from "./options.ts";
import type { SocketProtocol, SocketWire } from "./protocol.ts";
import { ResilientSocket } from "./resilient-socket.ts";

type Listener = (...values: never[]) => void;

/** A socket of the package `ws`, whose other end is the test. */
export class FakeSocket {
  bufferedAmount = 0;
  readonly sent: (string | Uint8Array)[] = [];
  closedWith: number | undefined;
  terminated = false;
  readonly #listeners = new Map<string, Listener>();

  constructor(
    readonly url: string,
    readonly options: { headers: Record<string, string> },
  ) {}

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  tell(event: string, ...values: unknown[]): void {
    (this.#listeners.get(event) as ((...all: unknown[]) => void) | undefined)?.(...values);
  }

  opens(): void {
    this.tell("open");
  }

  says(message: string): void {
    this.tell("message", Buffer.from(message), false);
  }

  ends(code = 1006, reason = ""): void {
    this.tell("close", code, Buffer.from(reason));
  }

  send(data: string | Uint8Array): void {
    this.sent.push(typeof data === "string" ? data : Uint8Array.from(data));
  }

  pings = 0;
  answersPings = true;

  ping(): void {
    this.pings += 1;
    if (this.answersPings) this.tell("pong");
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.terminated = true;
  }

  /** Audio that was sent, as text: what the test wrote. */
  get audio(): string {
    return Buffer.concat(this.sent.filter((one) => typeof one !== "string")).toString();
  }

  get messages(): string[] {
    return this.sent.filter((one) => typeof one === "string");
  }
}

/** A session whose sockets, time and protocol are the test's. A message `ready` is the service's greeting. */
export function openSession(protocol: Partial<SocketProtocol> = {}, options: Partial<ResilientSocketOptions> = {}) {
  const [clock, log] = [createVirtualClock(), createLogRecorder()];
  const sockets: FakeSocket[] = [];
  const owner = new AbortController();
  const told: string[] = [];
  const failures: TelephonyError[] = [];
  const wires: SocketWire[] = [];
  class Socket extends FakeSocket {
    constructor(...values: ConstructorParameters<typeof FakeSocket>) {
      super(...values);
      sockets.push(this);
    }
  }
  const session = new ResilientSocket({
    service: "Acme",
    WebSocket: Socket,
    clock,
    log,
    signal: owner.signal,
    format: MULAW_8K,
    random: () => 1,
    protocol: {
      connect: () => ({ url: "wss://acme.example/listen", headers: { authorization: "Token t" } }),
      received(message, wire) {
        if (wires.at(-1) !== wire) wires.push(wire);
        if (message === "ready") wire.ready();
      },
      encodeAudio: (audio) => audio,
      ...protocol,
    },
    onReady: () => told.push("ready"),
    onReconnected: () => told.push("again"),
    onFailed: (error) => {
      told.push("failed");
      failures.push(error);
    },
    ...options,
  });
  const latest = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error("there is no socket");
    return socket;
  };
  return {
    session,
    clock,
    log,
    owner,
    sockets,
    told,
    failures,
    latest,
    /** The wire of the latest connection that said something. */
    wire: () => {
      const wire = wires.at(-1);
      if (!wire) throw new Error("no connection said anything yet");
      return wire;
    },
    /** The latest connection opens, and takes audio. */
    becomesReady: () => {
      latest().opens();
      latest().says("ready");
    },
    refused: (statusCode: number, headers: Record<string, string> = {}) => latest().tell("unexpected-response", {}, { statusCode, headers }),
  };
}

/** Milliseconds of G.711, as text that shows where it was cut: so many repetitions of a character. */
export function audio(character: string, ms: number): Uint8Array {
  return Buffer.from(character.repeat(ms * 8));
}
