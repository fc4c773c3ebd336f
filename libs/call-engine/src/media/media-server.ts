import type { Clock, FrameCodec, Logger, MediaLink } from "@openclaw/telephony-contract";
import { maskId, refusalStatus, type MediaCloseReason } from "./close-reason.ts";
import { RefusalLog } from "./refusal-log.ts";
import { Seat, type MediaCall, type SeatHouse } from "./seat.ts";
import { Slots, type MediaLimits } from "./slots.ts";
import type { MediaSocket, UpgradeRequest } from "./socket.ts";
import { TokenBook, type Ticket } from "./tokens.ts";

/** What a media server stands on. */
export interface MediaServerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Asked for every upgrade, so that changed settings count at once. */
  readonly limits: () => MediaLimits;
  /** A call that is not over. */
  readonly call: (callId: string) => MediaCall | undefined;
  /**
   * A call's stream has started. Called after the start message was found good, and again where a later stream takes the
   * place of this one, whose link then closes with `superseded`.
   */
  readonly attached: (callId: string, link: MediaLink) => void;
}

/** A request to open a media socket that is refused. */
export interface MediaRefusal {
  /** What to answer over HTTP, and why for the log alone. */
  readonly refusal: { readonly status: number; readonly reason: MediaCloseReason };
}

/** A request to open a media socket that is granted. */
export interface MediaAdmission {
  /** Takes the socket of the upgrade. */
  readonly accept: (socket: MediaSocket) => void;
  /** There will be no socket, so that the next request may have the token. Does nothing where one was accepted. */
  readonly abandon: () => void;
}

/** How many of each there are. */
export interface MediaSizes {
  /** Tokens that may still be used. */
  readonly tokens: number;
  /** Sockets that were admitted and have not started. */
  readonly pending: number;
  /** Streams that run. */
  readonly active: number;
}

/**
 * Lets in the sockets over which carriers bring the audio of calls: each needs a token that was issued for its call, is
 * good for one stream, and travels as the last segment of the URL's path, since some carriers drop the query.
 */
export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #tokens: TokenBook;
  readonly #slots = new Slots();
  readonly #refusals: RefusalLog;
  readonly #seats = new Set<Seat>();
  readonly #house: SeatHouse;
  #closing = false;
  /** For whoever waits for the last seat to be left. */
  #empty: PromiseWithResolvers<void> | undefined;

  constructor(options: MediaServerOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#tokens = new TokenBook(clock, log);
    this.#refusals = new RefusalLog(clock, log);
    this.#house = {
      clock,
      log,
      tokens: this.#tokens,
      slots: this.#slots,
      seats: this.#seats,
      active: new Map(),
      attached: (callId, link) => options.attached(callId, link),
      vacated: () => {
        if (this.#seats.size === 0) this.#empty?.resolve();
      },
    };
  }

  get sizes(): MediaSizes {
    return { tokens: this.#tokens.size, pending: this.#slots.pending, active: this.#slots.active };
  }

  /**
   * Issues an alphanumeric token for one stream of a call. Throws `internal` where it was issued before for another call,
   * or is over. Does nothing once the server is closed.
   */
  expect(callId: string, token: string): void {
    if (this.#closing) return;
    this.#tokens.issue(callId, token);
  }

  /** The call is over: its tokens are void, and its sockets close. */
  forget(callId: string): void {
    this.#tokens.forget(callId);
    for (const seat of [...this.#seats]) if (seat.callId === callId) seat.end("call-over");
  }

  /** Decides on an upgrade before it is answered. An admitted one holds its token until it starts or is lost. */
  admit(request: UpgradeRequest): MediaRefusal | MediaAdmission {
    if (this.#closing) return this.#refuse("server-closing");
    const token = tokenOf(request.url);
    if (token === undefined) return this.#refuse("missing-token");
    const ticket = this.#tokens.find(token);
    if (typeof ticket === "string") return this.#refuse(ticket);
    const call = this.#options.call(ticket.callId);
    if (!call) return this.#refuse("call-over", ticket);
    if (!isCarrier(call.frames, request)) return this.#refuse("signature", ticket);
    const limits = this.#options.limits();
    const full = this.#slots.refusal(request.remoteAddress, limits);
    if (full !== undefined) return this.#refuse("too-many", ticket, full);
    const seat = new Seat(this.#house, { ticket, call, source: request.remoteAddress }, limits.preStartTimeoutMs);
    return { accept: (socket) => seat.accept(socket), abandon: () => seat.abandon() };
  }

  /** Closes every socket, and resolves when all are gone: after some seconds at the latest. Nothing is let in any more. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#tokens.close();
    for (const seat of [...this.#seats]) seat.end("server-closing");
    if (this.#seats.size === 0) return;
    this.#empty ??= Promise.withResolvers<void>();
    await this.#empty.promise;
  }

  #refuse(reason: MediaCloseReason, ticket?: Ticket, status = refusalStatus(reason)): MediaRefusal {
    this.#refusals.tell(reason, ticket ? { call: maskId(ticket.callId) } : {});
    return { refusal: { status, reason } };
  }
}

/** The last segment of a URL's path; nothing where it is empty. */
function tokenOf(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1) || undefined;
}

function isCarrier(frames: FrameCodec, { url, spellings, headers }: UpgradeRequest): boolean {
  if (!frames.authorizeUpgrade) return true;
  try {
    if (frames.authorizeUpgrade({ url, headers })) return true;
    return spellings?.().some((spelling) => frames.authorizeUpgrade?.({ url: spelling, headers })) ?? false;
  } catch {
    return false;
  }
}
