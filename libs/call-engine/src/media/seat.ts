import { bytesPerSample, type AudioFormat, type Clock, type FrameCodec, type Logger, type MediaClose, type MediaLink } from "@openclaw/telephony-contract";
import { describeEnd, maskId, type MediaCloseReason } from "./close-reason.ts";
import { Connection, type ConnectionOwner } from "./connection.ts";
import type { Slots } from "./slots.ts";
import type { SocketLink, StartedFrame } from "./socket-link.ts";
import type { MediaSocket } from "./socket.ts";
import type { Ticket, TokenBook } from "./tokens.ts";

const LOWEST_RATE_HZ = 8000;
const HIGHEST_RATE_HZ = 48_000;

/** What the telephone knows of a call that expects media. */
export interface MediaCall {
  /** How the call's carrier speaks on a media socket. */
  readonly frames: FrameCodec;
  /** Every id by which the carrier has called the call so far. Asked when the stream starts. */
  readonly carrierIds: () => readonly string[];
}

/** What the seats of a media server share. */
export interface SeatHouse {
  readonly clock: Clock;
  readonly log: Logger;
  readonly tokens: TokenBook;
  readonly slots: Slots;
  /** Seats whose socket is not gone, those that are just closing and those that wait for one among them. */
  readonly seats: Set<Seat>;
  /** The running stream of each call. */
  readonly active: Map<string, Seat>;
  /** A call's stream has started. */
  readonly attached: (callId: string, link: MediaLink) => void;
  /** A seat is no longer among the others. */
  readonly vacated: () => void;
}

/** What an upgrade brings and holds until its stream starts. */
interface Hold {
  readonly ticket: Ticket;
  readonly call: MediaCall;
  /** Address that it came from. */
  readonly source: string;
  readonly cancelDeadline: () => void;
}

/** One admitted upgrade: holds its token until the stream starts, and takes care of its connection until the socket is gone. */
export class Seat implements ConnectionOwner {
  readonly callId: string;
  readonly #house: SeatHouse;
  /** Nothing once the stream has started, or the seat was given up. A stream runs long, and needs none of it. */
  #hold: Hold | undefined;
  #connection: Connection | undefined;
  #runs = false;

  /** Reserves the ticket, and takes a slot of the source. The stream has to start in time, in milliseconds. */
  constructor(house: SeatHouse, { ticket, call, source }: Omit<Hold, "cancelDeadline">, preStartTimeoutMs: number) {
    this.callId = ticket.callId;
    this.#house = house;
    house.tokens.reserve(ticket);
    house.slots.enter(source);
    this.#hold = { ticket, call, source, cancelDeadline: house.clock.schedule(preStartTimeoutMs, () => this.end("no-start")) };
    house.seats.add(this);
  }

  /** Takes the socket of the upgrade. */
  accept(socket: MediaSocket): void {
    if (!this.#hold || this.#connection) return socket.terminate();
    this.#connection = new Connection(socket, this.#hold.call.frames, this, this.#house);
    this.#connection.begin();
  }

  /** There will be no socket. Does nothing where one was accepted. */
  abandon(): void {
    if (!this.#connection) this.#leave();
  }

  end(reason: MediaCloseReason): void {
    if (this.#connection) this.#connection.end("us", reason);
    else this.#leave();
  }

  admit({ carrierIds, formatIn, formatOut }: StartedFrame): MediaCloseReason | undefined {
    // A seat that was given up has ended its connection, which asks no more.
    if (!this.#hold) return "internal";
    const { call, ticket } = this.#hold;
    const known = call.carrierIds();
    if (!carrierIds.some((id) => known.includes(id))) return "wrong-call";
    if (!isKnown(formatIn) || !isKnown(formatOut)) return "bad-format";
    return this.#house.tokens.use(ticket);
  }

  started(link: SocketLink): void {
    const { callId } = this;
    const { active, slots, log, attached } = this.#house;
    const held = this.#letGo();
    if (held) slots.start(held.source);
    this.#runs = true;
    const predecessor = active.get(callId);
    active.set(callId, this);
    predecessor?.end("superseded");
    log.info("the audio of a call is connected", { call: maskId(callId), encoding: link.formatIn.encoding, sampleRate: link.formatIn.sampleRate });
    attached(callId, link);
  }

  over({ by, reason }: MediaClose, link: SocketLink | undefined): void {
    const { callId } = this;
    const { active, log } = this.#house;
    if (active.get(callId) === this) active.delete(callId);
    this.#leave();
    const { level, message } = describeEnd(reason, link !== undefined);
    log[level](message, { call: maskId(callId), by, reason, ...link?.disorder });
  }

  gone(): void {
    this.#house.seats.delete(this);
    this.#house.vacated();
  }

  /** Gives back what an admitted upgrade holds. */
  #leave(): void {
    const { slots, tokens } = this.#house;
    if (!this.#connection) this.gone();
    if (this.#runs) slots.leave();
    this.#runs = false;
    const held = this.#letGo();
    if (!held) return;
    slots.giveUp(held.source);
    tokens.release(held.ticket);
  }

  /** What was held until now. */
  #letGo(): Hold | undefined {
    const held = this.#hold;
    this.#hold = undefined;
    held?.cancelDeadline();
    return held;
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
