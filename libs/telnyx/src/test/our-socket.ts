import type { MediaRequest, MediaWire } from "@openclaw/phone-network";
import { readJson } from "@openclaw/telephony-kit";

type Message = Readonly<Record<string, unknown>>;

/** Our end of a media socket, in a test's hands; `wire` is the carrier's. */
export class OurSocket {
  /** What the carrier sent, in order. */
  readonly received: Message[] = [];
  /** How it ended. */
  ended: { readonly by: "us" | "carrier" | "network"; readonly code: number } | undefined;
  readonly wire: MediaWire;
  #message: (message: string | Uint8Array) => void = () => undefined;
  #closed: (code: number, reason: string) => void = () => undefined;

  constructor(readonly request: MediaRequest) {
    this.wire = {
      send: (message) => void (this.ended ?? this.received.push(readJson(message) as Message)),
      onMessage: (listener) => void (this.#message = listener),
      onClose: (listener) => void (this.#closed = listener),
      close: (code = 1000) => this.#end("carrier", code),
      terminate: () => this.#end("network", 1006),
    };
  }

  of(event: string): Message[] {
    return this.received.filter((message) => message.event === event);
  }

  send(message: object | string | Uint8Array): void {
    this.#message(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  close(code = 1000): void {
    this.#end("us", code);
    this.#closed(code, "");
  }

  #end(by: "us" | "carrier" | "network", code: number): void {
    this.ended ??= { by, code };
  }
}
