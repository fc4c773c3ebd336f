import type { MediaSocket, MediaSocketListener } from "./socket.ts";

/** A media socket in memory, whose other end is in the tester's hands. */
export class MemorySocket implements MediaSocket {
  readonly sent: (string | Uint8Array)[] = [];
  /** How our side ended it. */
  closing: { readonly code: number; readonly reason: string } | undefined;
  terminated = false;
  bufferedBytes = 0;
  #listener: MediaSocketListener | undefined;

  /** `stalled`: what is sent stays in the buffer. */
  constructor(private readonly stalled = false) {}

  /** What was sent, as values. */
  get messages(): unknown[] {
    return this.sent.map((message) => JSON.parse(String(message)) as unknown);
  }

  send(message: string | Uint8Array): void {
    if (this.closing || this.terminated) throw new Error("sent on a socket that is closing");
    this.sent.push(message);
    if (this.stalled) this.bufferedBytes += message.length;
  }

  close(code: number, reason: string): void {
    if (this.closing) throw new Error("closed twice");
    this.closing = { code, reason };
  }

  terminate(): void {
    this.terminated = true;
  }

  on(listener: MediaSocketListener): void {
    if (this.#listener) throw new Error("a second listener");
    this.#listener = listener;
  }

  /** The other end sends messages. */
  say(...messages: (string | Uint8Array)[]): void {
    for (const message of messages) this.#heard.message(Buffer.from(message), typeof message === "string");
  }

  /** The connection is over at the other end. */
  hangUp(code = 1000): void {
    this.#heard.close(code, "");
  }

  fail(error: Error): void {
    this.#heard.error(error);
  }

  /** The other end takes what is buffered, but for so many bytes. */
  drain(left = 0): void {
    this.bufferedBytes = left;
    this.#heard.drain();
  }

  get #heard(): MediaSocketListener {
    if (!this.#listener) throw new Error("nobody listens to the socket");
    return this.#listener;
  }
}
