import { TelephonyError, type Clock, type Logger } from "@openclaw/telephony-contract";
import { maskId, type MediaCloseReason } from "./close-reason.ts";

/**
 * Milliseconds that a token holds. It may be minted before its call is dialled, so it has to outlast the carrier's queue,
 * the ringing (half a minute unless configured otherwise) and a few attempts to connect.
 */
export const TOKEN_MS = 5 * 60_000;
/** Open tokens of one call: every document that is rendered anew may bring one. */
const MAX_OPEN_PER_CALL = 8;
/** Tokens whose end is remembered, so that a late socket is told what became of its token. */
const MAX_REMEMBERED = 1024;

const TOKEN = /^[a-z0-9]{1,128}$/i;

/** A token that may still be used. */
export interface Ticket {
  readonly token: string;
  readonly callId: string;
  /** Later tokens have higher numbers. */
  readonly order: number;
  /** On the monotonic clock. */
  readonly expiresAt: number;
  readonly cancelExpiry: () => void;
  /** Sockets that have held it. */
  attempts: number;
  reserved: boolean;
}

/** The single-use tokens by which carriers connect a call's audio: open, reserved by a socket, or over for a reason. */
export class TokenBook {
  readonly #open = new Map<string, Ticket>();
  readonly #over = new Map<string, MediaCloseReason>();
  #issued = 0;

  constructor(
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {}

  /** Tokens that are open. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Issues a token for a call; once more changes nothing. Throws `internal` for one that is not alphanumeric, that is
   * over, or that belongs to another call.
   */
  issue(callId: string, token: string): void {
    if (!TOKEN.test(token)) throw new TelephonyError("internal", "a media token has to be alphanumeric, of at most 128 characters");
    const known = this.#open.get(token);
    if (known?.callId === callId) return;
    if (known || this.#over.has(token)) throw new TelephonyError("internal", "a media token was issued a second time: mint a new one");
    const siblings = this.#of(callId).filter(({ reserved }) => !reserved);
    if (siblings.length >= MAX_OPEN_PER_CALL && siblings[0]) this.#end(siblings[0], "superseded");
    const ticket: Ticket = {
      token,
      callId,
      order: ++this.#issued,
      expiresAt: this.clock.monotonic() + TOKEN_MS,
      cancelExpiry: this.clock.schedule(TOKEN_MS, () => this.#expire(ticket)),
      attempts: 0,
      reserved: false,
    };
    this.#open.set(token, ticket);
  }

  /** The ticket of a token that a socket may reserve, or why there is none. */
  find(token: string): Ticket | MediaCloseReason {
    const ticket = this.#open.get(token);
    if (ticket) return ticket.reserved ? "reserved-token" : ticket;
    return this.#over.get(token) ?? "unknown-token";
  }

  /** A socket holds the token from now on, until it starts or is lost. */
  reserve(ticket: Ticket): void {
    ticket.reserved = true;
    ticket.attempts++;
  }

  /** The socket was lost before its start: the next one may have the token. */
  release(ticket: Ticket): void {
    ticket.reserved = false;
    if (this.clock.monotonic() >= ticket.expiresAt) this.#expire(ticket);
  }

  /** The stream starts: the token is used up, and so are the call's older ones. Says why where the token is over already. */
  use(ticket: Ticket): MediaCloseReason | undefined {
    if (this.#open.get(ticket.token) !== ticket) return this.#over.get(ticket.token) ?? "unknown-token";
    for (const sibling of this.#of(ticket.callId)) if (sibling.order < ticket.order) this.#end(sibling, "superseded");
    this.#end(ticket, "used-token");
    return undefined;
  }

  /** The call is over, and so are its tokens. */
  forget(callId: string): void {
    for (const ticket of this.#of(callId)) this.#end(ticket, "call-over");
  }

  /** Ends every token. */
  close(): void {
    for (const ticket of [...this.#open.values()]) this.#end(ticket, "server-closing");
  }

  /** Open tickets of a call, oldest first. */
  #of(callId: string): Ticket[] {
    return [...this.#open.values()].filter((ticket) => ticket.callId === callId);
  }

  #expire(ticket: Ticket): void {
    // Whoever holds it has a deadline of its own, and asks again when it lets go.
    if (ticket.reserved || this.#open.get(ticket.token) !== ticket) return;
    this.#end(ticket, "expired-token");
    const { attempts } = ticket;
    const message =
      attempts === 0
        ? 'the audio of a call was never connected, its token has expired: see whether WebSockets reach "streaming.streamPath" at the public address'
        : "the audio of a call was never connected, its token has expired: every socket that brought it ended before the stream started";
    this.log.warn(message, { call: maskId(ticket.callId), attempts });
  }

  #end(ticket: Ticket, reason: MediaCloseReason): void {
    ticket.cancelExpiry();
    this.#open.delete(ticket.token);
    this.#over.set(ticket.token, reason);
    if (this.#over.size <= MAX_REMEMBERED) return;
    for (const oldest of this.#over.keys()) return void this.#over.delete(oldest);
  }
}
