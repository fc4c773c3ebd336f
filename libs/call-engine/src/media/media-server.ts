import { bytesPerSample, type AudioFormat, type Clock, type FrameCodec, type Logger, type MediaClose, type MediaLink } from "@openclaw/telephony-contract";
import { describeEnd, maskId, refusalStatus, type MediaCloseReason } from "./close-reason.ts";
import { Connection } from "./connection.ts";
import { RefusalLog } from "./refusal-log.ts";
import { Slots, type MediaLimits } from "./slots.ts";
import type { SocketLink, StartedFrame } from "./socket-link.ts";
import type { MediaSocket, UpgradeRequest } from "./socket.ts";
import { TokenBook, type Ticket } from "./tokens.ts";

/** What the telephone knows of a call that expects media. */
export interface MediaCall {
  /** How the call's carrier speaks on a media socket. */
  readonly frames: FrameCodec;
  /** Every id by which the carrier has called the call so far. Asked when the stream starts. */
  readonly carrierIds: () => readonly string[];
}

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

/** One admitted upgrade. */
interface Seat {
  readonly ticket: Ticket;
  readonly call: MediaCall;
  /** Address that it came from. */
  readonly source: string;
  readonly cancelDeadline: () => void;
  connection?: Connection;
  state: "pending" | "started" | "left";
}

const LOWEST_RATE_HZ = 8000;
const HIGHEST_RATE_HZ = 48_000;

/**
 * Lets in the sockets over which carriers bring the audio of calls: each needs a token that was issued for its call, is
 * good for one stream, and travels as the last segment of the URL's path, since some carriers drop the query.
 */
export class MediaServer {
  readonly #options: MediaServerOptions;
  readonly #tokens: TokenBook;
  readonly #slots = new Slots();
  readonly #refusals: RefusalLog;
  /** Upgrades that were admitted and are not over. */
  readonly #seats = new Set<Seat>();
  /** Sockets that are not gone, those that are just closing among them. */
  readonly #connections = new Set<Connection>();
  /** The running stream of each call. */
  readonly #active = new Map<string, Connection>();
  #closing = false;

  constructor(options: MediaServerOptions) {
    this.#options = options;
    this.#tokens = new TokenBook(options.clock, options.log);
    this.#refusals = new RefusalLog(options.clock, options.log);
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
    for (const seat of [...this.#seats]) if (seat.ticket.callId === callId) this.#end(seat, "call-over");
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
    const seat = this.#seat(ticket, call, request.remoteAddress, limits);
    return { accept: (socket) => this.#accept(seat, socket), abandon: () => seat.connection ?? this.#leave(seat) };
  }

  /** Closes every socket, and resolves when all are gone: after some seconds at the latest. Nothing is let in any more. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#tokens.close();
    for (const seat of [...this.#seats]) this.#end(seat, "server-closing");
    await Promise.all([...this.#connections].map(({ gone }) => gone));
  }

  #refuse(reason: MediaCloseReason, ticket?: Ticket, status = refusalStatus(reason)): MediaRefusal {
    this.#refusals.tell(reason, ticket ? { call: maskId(ticket.callId) } : {});
    return { refusal: { status, reason } };
  }

  #seat(ticket: Ticket, call: MediaCall, source: string, { preStartTimeoutMs }: MediaLimits): Seat {
    this.#tokens.reserve(ticket);
    this.#slots.enter(source);
    const cancelDeadline = this.#options.clock.schedule(preStartTimeoutMs, () => this.#end(seat, "no-start"));
    const seat: Seat = { ticket, call, source, cancelDeadline, state: "pending" };
    this.#seats.add(seat);
    return seat;
  }

  #accept(seat: Seat, socket: MediaSocket): void {
    if (seat.state !== "pending" || seat.connection) return socket.terminate();
    const connection = new Connection({
      socket,
      frames: seat.call.frames,
      clock: this.#options.clock,
      log: this.#options.log,
      admit: (start) => this.#admitStream(seat, start),
      started: (link) => this.#started(seat, connection, link),
      over: (close, link) => this.#over(seat, connection, close, link),
    });
    seat.connection = connection;
    this.#connections.add(connection);
    void connection.gone.then(() => this.#connections.delete(connection));
    connection.begin();
  }

  #end(seat: Seat, reason: MediaCloseReason): void {
    if (seat.connection) seat.connection.end("us", reason);
    else this.#leave(seat);
  }

  /** Why a stream may not begin. Where it may, its token is used up. */
  #admitStream({ ticket, call }: Seat, { carrierIds, formatIn, formatOut }: StartedFrame): MediaCloseReason | undefined {
    const known = call.carrierIds();
    if (!carrierIds.some((id) => known.includes(id))) return "wrong-call";
    if (!isKnown(formatIn) || !isKnown(formatOut)) return "bad-format";
    return this.#tokens.use(ticket);
  }

  #started(seat: Seat, connection: Connection, link: SocketLink): void {
    const { callId } = seat.ticket;
    seat.state = "started";
    seat.cancelDeadline();
    this.#slots.start(seat.source);
    const predecessor = this.#active.get(callId);
    this.#active.set(callId, connection);
    predecessor?.end("us", "superseded");
    this.#options.log.info("the audio of a call is connected", { call: maskId(callId), encoding: link.formatIn.encoding, sampleRate: link.formatIn.sampleRate });
    this.#options.attached(callId, link);
  }

  #over(seat: Seat, connection: Connection, { by, reason }: MediaClose, link: SocketLink | undefined): void {
    const { callId } = seat.ticket;
    if (this.#active.get(callId) === connection) this.#active.delete(callId);
    this.#leave(seat);
    const { level, message } = describeEnd(reason, link !== undefined);
    this.#options.log[level](message, { call: maskId(callId), by, reason, ...link?.disorder });
  }

  /** Gives back what an admitted upgrade holds. */
  #leave(seat: Seat): void {
    const { state } = seat;
    seat.state = "left";
    this.#seats.delete(seat);
    if (state === "started") this.#slots.leave();
    if (state !== "pending") return;
    seat.cancelDeadline();
    this.#slots.giveUp(seat.source);
    this.#tokens.release(seat.ticket);
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

/** Whether audio of a format can be worked with. */
function isKnown(format: AudioFormat): boolean {
  const { sampleRate } = format;
  if (!Number.isInteger(sampleRate) || sampleRate < LOWEST_RATE_HZ || sampleRate > HIGHEST_RATE_HZ) return false;
  try {
    return bytesPerSample(format) > 0;
  } catch {
    return false;
  }
}
