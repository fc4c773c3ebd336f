import type { MediaRequest, MediaWire } from "@openclaw/phone-network";
import { readJson } from "@openclaw/telephony-kit";

type Message = Readonly<Record<string, unknown>>;

/** Our end of a media socket that the carrier opened, in a test's hands. */
export class OurSocket {
  /** What the carrier sent, in order. */
  readonly received: Message[] = [];
  /** The code with which it was closed, by whomever. */
  closed: number | undefined;

  constructor(
    readonly request: MediaRequest,
    private readonly wire: MediaWire,
  ) {
    wire.onMessage((message) => void this.received.push(readJson(message) as Message));
    wire.onClose((code) => void (this.closed = code));
  }

  of(event: string): Message[] {
    return this.received.filter((message) => message.event === event);
  }

  send(message: object | string): void {
    this.wire.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  close(code?: number): void {
    this.wire.close(code);
  }
}
