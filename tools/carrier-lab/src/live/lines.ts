import type { AudioFormat, Carrier, Clock, FrameCodec, FrameSession, MediaClose, MediaLink, MediaLinkEvent } from "@openclaw/telephony-contract";
import { Line, type Room } from "./line.ts";
import type { StallingClock } from "./stall.ts";

/** Hears the audio of all calls between carrier and telephone: over the telephone's sockets, and over links that a carrier brings. */
export class Lines {
  /** The oldest first. A connection that comes again is another line. */
  readonly all: Line[] = [];
  /** What the rooms of callers do to their sound. */
  room: Room | undefined;
  /** What a carrier says of the format of the caller's sound, in place of the truth. */
  formatIn: AudioFormat | undefined;
  #link: TappedLink | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly process: StallingClock,
  ) {}

  /** The same carrier, heard on its sockets. */
  watch(carrier: Carrier): Carrier {
    const { frames } = carrier;
    if (!frames) return carrier;
    const tapped = this.#codec(frames);
    return new Proxy(carrier, {
      get: (target, name) => {
        const member = name === "frames" ? tapped : (Reflect.get(target, name) as unknown);
        return typeof member === "function" ? (member.bind(target) as unknown) : member;
      },
    });
  }

  /** The same link, heard. */
  tap(link: MediaLink): MediaLink {
    this.#link = new TappedLink(link, this.#begin(link), this.process, this.formatIn);
    return this.#link;
  }

  /** The latest link of a carrier's own breaks. */
  breakLink(): void {
    this.#link?.break();
  }

  #begin({ formatIn, formatOut }: Pick<MediaLink, "formatIn" | "formatOut">): Line {
    const line = new Line(this.clock, formatIn, formatOut, () => this.room);
    this.all.push(line);
    return line;
  }

  #codec(frames: FrameCodec): FrameCodec {
    return {
      limits: frames.limits,
      open: () => this.#session(frames.open()),
      ...(frames.authorizeUpgrade && { authorizeUpgrade: (request) => frames.authorizeUpgrade?.(request) ?? true }),
    };
  }

  #session(session: FrameSession): FrameSession {
    let line: Line | undefined;
    return {
      decode: (message) =>
        session.decode(message).map((frame) => {
          if (frame.type === "started") {
            line = this.#begin(frame);
            return this.formatIn ? { ...frame, formatIn: this.formatIn } : frame;
          }
          return frame.type === "audio" && line ? { ...frame, payload: line.spoken(frame.payload) } : frame;
        }),
      encode: (frame) => {
        if (frame.type === "audio") line?.said(frame.payload);
        if (frame.type === "clear") line?.cleared();
        return session.encode(frame);
      },
    };
  }
}

/** A carrier's own link, heard in the middle. */
class TappedLink implements MediaLink {
  readonly formatIn: AudioFormat;
  readonly formatOut: AudioFormat;
  readonly closed: Promise<MediaClose>;
  readonly sendDigits?: (digits: string) => void;
  readonly #broken = Promise.withResolvers<MediaClose>();
  #isBroken = false;

  constructor(
    private readonly link: MediaLink,
    private readonly line: Line,
    private readonly process: StallingClock,
    formatIn: AudioFormat | undefined,
  ) {
    this.formatIn = formatIn ?? link.formatIn;
    this.formatOut = link.formatOut;
    this.closed = Promise.race([link.closed, this.#broken.promise]);
    if (link.sendDigits) this.sendDigits = (digits) => link.sendDigits?.(digits);
  }

  send(audio: Uint8Array): boolean {
    this.line.said(audio);
    return this.link.send(audio);
  }

  writable(): Promise<void> {
    return this.link.writable();
  }

  mark(name: string): void {
    this.link.mark(name);
  }

  clear(): void {
    this.line.cleared();
    this.link.clear();
  }

  listen(listener: (event: MediaLinkEvent) => void): void {
    this.link.listen((event) => {
      const heard = event.type === "audio" ? { ...event, payload: this.line.spoken(event.payload).slice() } : event;
      this.process.pass(() => this.#isBroken || listener(heard));
    });
  }

  close(reason: string): void {
    this.link.close(reason);
  }

  break(): void {
    this.#isBroken = true;
    this.#broken.resolve({ by: "network", reason: "network" });
    this.link.close("network");
  }
}
