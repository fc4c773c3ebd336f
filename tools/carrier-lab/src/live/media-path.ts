import type { MediaDoor, MediaSocket, MediaSocketListener } from "@openclaw/call-engine";
import { MediaRefused, type ConnectMedia, type MediaWire } from "@openclaw/phone-network/wire";
import type { StallingClock } from "./stall.ts";

type Message = string | Uint8Array;

/** Messages of a carrier that are kept for looking at, the first of each connection. */
const MAX_KEPT = 50;

/** What a test can do to the media connections of a trial. */
export interface MediaPath {
  readonly connect: ConnectMedia;
  /** Connections that were opened, the oldest first. */
  readonly wires: readonly PathWire[];
  /** URLs that the carrier connected to. */
  readonly urls: readonly string[];
  /** No connection comes about any more. */
  cut: boolean;
  /** Nothing is said on new connections, by either side. */
  mute: boolean;
  /** What happens before a carrier connects; the URL that it really calls is returned. */
  onConnect: (url: string) => string | Promise<string>;
  /** Forgets earlier connections. */
  forget(): void;
}

/** One connection, in the middle. */
export interface PathWire {
  readonly url: string;
  readonly open: boolean;
  /** The connection breaks. Our side learns it with this code, the carrier's as a broken connection. Default: 1006, as broken. */
  break(code?: number): void;
  /** It breaks on the carrier's side alone: ours takes it for open. */
  breakThere(): void;
  /** Something that the carrier never said reaches us. */
  inject(message: Message): void;
  /** Nothing gets through any more in either direction, and the connection stays. */
  mute: boolean;
  /** Our messages to the carrier so far: how many of each kind are for the test to read. */
  readonly sent: readonly Message[];
  /** The carrier's first messages. */
  readonly received: readonly Message[];
  /** The code that it closed with. */
  readonly closedWith: number | undefined;
}

/** The way by which carriers connect to the telephone's media door, inside the process: a message takes a turn of the event loop. */
export function mediaPath(door: () => MediaDoor, process: StallingClock): MediaPath {
  const wires: Pair[] = [];
  const urls: string[] = [];
  const path: MediaPath = {
    wires,
    urls,
    cut: false,
    mute: false,
    onConnect: (url) => url,
    forget: () => void (wires.length = urls.length = 0),
    connect: async ({ url: asked, headers }: Parameters<ConnectMedia>[0]): Promise<MediaWire> => {
      const url = await path.onConnect(asked);
      if (path.cut) throw new MediaRefused("unreachable");
      if (!url.startsWith("wss:")) throw new MediaRefused("scheme");
      urls.push(url);
      const admission = door().admit({ url, headers, remoteAddress: "192.0.2.7" });
      if ("refusal" in admission) throw new MediaRefused("refused", admission.refusal.status);
      const pair = new Pair(url, process);
      pair.mute = path.mute;
      wires.push(pair);
      admission.accept(pair.ours);
      await Promise.resolve();
      return pair.theirs;
    },
  };
  return path;
}

/** Both ends of one connection. */
class Pair implements PathWire {
  readonly sent: Message[] = [];
  readonly received: Message[] = [];
  open = true;
  mute = false;
  closedWith: number | undefined;
  #listener: MediaSocketListener | undefined;
  #onMessage: ((message: Message) => void) | undefined;
  #onClose: ((code: number, reason: string) => void) | undefined;
  readonly #early: Message[] = [];
  #end: { readonly code: number; readonly reason: string } | undefined;

  constructor(
    readonly url: string,
    private readonly process: StallingClock,
  ) {}

  readonly ours: MediaSocket = {
    bufferedBytes: 0,
    send: (message) => {
      if (!this.open || this.mute) return;
      this.sent.push(message);
      queueMicrotask(() => this.#toThem(message));
    },
    close: (code, reason) => this.#close(code, reason),
    terminate: () => this.#close(1006, ""),
    on: (listener) => void (this.#listener = listener),
  };

  readonly theirs: MediaWire = {
    send: (message) => {
      if (!this.open) return;
      if (this.received.length < MAX_KEPT) this.received.push(message);
      if (!this.mute) queueMicrotask(() => this.process.pass(() => this.open && this.inject(message)));
    },
    onMessage: (listener) => {
      this.#onMessage = listener;
      for (const message of this.#early.splice(0)) listener(message);
    },
    onClose: (listener) => {
      this.#onClose = listener;
      if (this.#end) listener(this.#end.code, this.#end.reason);
    },
    close: (code = 1000, reason = "") => this.#close(code, reason),
    terminate: () => this.#close(1006, ""),
  };

  break(code = 1006): void {
    this.#close(1006, "", code);
  }

  breakThere(): void {
    this.mute = true;
    this.#end = { code: 1006, reason: "" };
    queueMicrotask(() => this.#onClose?.(1006, ""));
  }

  inject(message: Message): void {
    this.#listener?.message(Buffer.from(message), typeof message === "string");
  }

  #toThem(message: Message): void {
    if (!this.open) return;
    if (this.#onMessage) this.#onMessage(message);
    else this.#early.push(message);
  }

  #close(code: number, reason: string, codeForUs = code): void {
    if (!this.open) return;
    this.open = false;
    this.closedWith = codeForUs;
    const known = this.#end !== undefined;
    this.#end ??= { code, reason };
    queueMicrotask(() => {
      this.#listener?.close(codeForUs, reason);
      if (!known) this.#onClose?.(code, reason);
    });
  }
}
