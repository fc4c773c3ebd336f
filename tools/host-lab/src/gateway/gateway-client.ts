import { GatewayCallError, GatewayConnectionError } from "../errors.ts";
import { isPlainObject } from "./config.ts";

/** Version of the Gateway's WebSocket protocol spoken here (docs/gateway/protocol/handshake). */
const PROTOCOL = 4;

/** Everything an operator may do; the lab's own calls use it. */
export const ALL_SCOPES = ["operator.admin", "operator.read", "operator.write", "operator.approvals"] as const;

/** A frame the Gateway sends by itself, e.g. `agent`, `config.changed`, `shutdown`. */
export interface GatewayEvent {
  readonly event: string;
  readonly payload: unknown;
}

export interface CallOptions {
  /** Deadline of the call in milliseconds. Default 30,000. */
  readonly timeoutMs?: number;
  /** Skip the `accepted` answer of long-running methods such as `agent` and wait for the final one. */
  readonly final?: boolean;
}

interface Pending {
  readonly method: string;
  readonly final: boolean;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One authenticated WebSocket to a Gateway, as its own helper processes use it on loopback. */
export class GatewayClient {
  readonly #socket: WebSocket;
  readonly #pending = new Map<string, Pending>();
  #nextId = 1;
  #closed: GatewayConnectionError | undefined;

  /**
   * Connects and shakes hands.
   * @throws GatewayConnectionError when nobody answers within `timeoutMs`, GatewayCallError when we are refused.
   */
  static async connect(options: {
    port: number;
    token: string;
    scopes: readonly string[];
    timeoutMs: number;
    onEvent?: (event: GatewayEvent) => void;
  }): Promise<GatewayClient> {
    const client = new GatewayClient(options.port, options.onEvent);
    try {
      await client.#handshake(options.token, options.scopes, options.timeoutMs);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  private constructor(port: number, onEvent: ((event: GatewayEvent) => void) | undefined) {
    this.#socket = new WebSocket(`ws://127.0.0.1:${port}`);
    this.#socket.addEventListener("message", (message) => this.#receive(String(message.data), onEvent));
    this.#socket.addEventListener("error", () => this.#lose("could not connect"));
    this.#socket.addEventListener("close", ({ code, reason }) => this.#lose(`closed (${code} ${reason})`));
  }

  get open(): boolean {
    return this.#closed === undefined && this.#socket.readyState === WebSocket.OPEN;
  }

  /** Calls a method and returns its payload. */
  async call(method: string, params: unknown = {}, { timeoutMs = 30_000, final = false }: CallOptions = {}): Promise<unknown> {
    if (this.#closed !== undefined) throw this.#closed;
    const id = String(this.#nextId++);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        reject(new GatewayConnectionError("call_timeout", `${method}: no answer within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#pending.set(id, { method, final, timer, resolve, reject });
      this.#socket.send(JSON.stringify({ type: "req", id, method, params }));
    });
  }

  close(): void {
    this.#lose("closed by us");
    this.#socket.close();
  }

  async #handshake(token: string, scopes: readonly string[], timeoutMs: number): Promise<void> {
    const lost = new GatewayConnectionError("call_timeout", `no challenge from the Gateway within ${timeoutMs} ms`);
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(lost), timeoutMs);
      const settle = (error?: Error): void => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error);
      };
      this.#pending.set("challenge", { method: "challenge", final: false, timer, resolve: () => settle(), reject: settle });
    });
    await this.call(
      "connect",
      {
        minProtocol: PROTOCOL,
        maxProtocol: PROTOCOL,
        // The one kind of client that keeps its scopes on direct loopback without a paired device.
        client: { id: "gateway-client", version: "0.0.0", platform: process.platform, mode: "backend" },
        role: "operator",
        scopes,
        caps: [],
        auth: { token },
      },
      { timeoutMs },
    );
  }

  #receive(text: string, onEvent: ((event: GatewayEvent) => void) | undefined): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#lose("broken by a frame that is not JSON");
      return;
    }
    if (!isPlainObject(frame)) return;
    if (frame["type"] === "event") {
      const event = String(frame["event"]);
      if (event === "connect.challenge") this.#settle("challenge", (pending) => pending.resolve(undefined));
      else onEvent?.({ event, payload: frame["payload"] });
      return;
    }
    if (frame["type"] !== "res") return;
    const id = String(frame["id"]);
    const payload = frame["payload"];
    if (frame["ok"] === true) {
      const accepted = isPlainObject(payload) && payload["status"] === "accepted";
      if (accepted && this.#pending.get(id)?.final === true) return;
      this.#settle(id, (pending) => pending.resolve(payload));
    } else {
      const error = isPlainObject(frame["error"]) ? frame["error"] : {};
      this.#settle(id, (pending) => pending.reject(new GatewayCallError(pending.method, error)));
    }
  }

  #settle(id: string, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    how(pending);
  }

  #lose(why: string): void {
    this.#closed ??= new GatewayConnectionError("connection_lost", `Gateway connection ${why}`);
    for (const id of [...this.#pending.keys()]) {
      const closed = this.#closed;
      this.#settle(id, (pending) => pending.reject(closed));
    }
  }
}
