import type { MediaDoor, MediaSocket, MediaSocketListener } from "@openclaw/call-engine";

/** Somebody who comes to the media door without being a carrier. */
export interface VisitorOptions {
  /** Address that the visitor comes from. Default: one that no carrier has. */
  readonly from?: string;
}

/** A visitor at the media door, on a connection of their own. */
export class Visitor {
  /** Why the door stayed shut, and with which HTTP status. */
  readonly refusal: { readonly status: number; readonly reason: string } | undefined;
  /** What the telephone said to them. */
  readonly heard: (string | Uint8Array)[] = [];
  /** How the telephone closed the connection. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  #listener: MediaSocketListener | undefined;

  constructor(door: MediaDoor, url: string, { from = "198.51.100.66" }: VisitorOptions = {}) {
    const admission = door.admit({ url, headers: {}, remoteAddress: from });
    if ("refusal" in admission) {
      this.refusal = admission.refusal;
      return;
    }
    const socket: MediaSocket = {
      bufferedBytes: 0,
      send: (message) => void this.heard.push(message),
      close: (code, reason) => this.#over(code, reason),
      terminate: () => this.#over(1006, ""),
      on: (listener) => void (this.#listener = listener),
    };
    admission.accept(socket);
  }

  say(...messages: readonly (string | Uint8Array)[]): void {
    for (const message of messages) this.#listener?.message(Buffer.from(message), typeof message === "string");
  }

  /** Goes away. */
  leave(): void {
    this.#over(1000, "");
  }

  #over(code: number, reason: string): void {
    if (this.closed) return;
    this.closed = { code, reason };
    queueMicrotask(() => this.#listener?.close(code, reason));
  }
}
