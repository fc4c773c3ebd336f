import type { MediaDoor, MediaSocket, MediaSocketListener } from "@openclaw/call-engine";
import { MediaRefused, type ConnectMedia, type MediaWire } from "@openclaw/phone-network/wire";

/** What a test can do to the media connections of a trial. */
export interface MediaPath {
  readonly connect: ConnectMedia;
  /** Connections that were opened, the oldest first. */
  readonly wires: readonly PathWire[];
  /** URLs that the carrier connected to. */
  readonly urls: readonly string[];
  /** No connection comes about any more. */
  cut: boolean;
}

/** One connection, in the middle. */
export interface PathWire {
  readonly url: string;
  readonly open: boolean;
  /** The connection breaks on both sides. */
  break(): void;
  /** Something that the carrier never said reaches us. */
  inject(message: string | Uint8Array): void;
  /** Our messages to the carrier so far: how many of each kind are for the test to read. */
  readonly sent: readonly (string | Uint8Array)[];
}

/** The way by which carriers connect to the telephone's media door, inside the process: a message takes a turn of the event loop. */
export function mediaPath(door: () => MediaDoor): MediaPath {
  const wires: Pair[] = [];
  const urls: string[] = [];
  const path = {
    wires,
    urls,
    cut: false,
    connect: async ({ url, headers }: Parameters<ConnectMedia>[0]): Promise<MediaWire> => {
      if (path.cut) throw new MediaRefused("unreachable");
      if (!url.startsWith("wss:")) throw new MediaRefused("scheme");
      urls.push(url);
      const admission = door().admit({ url, headers, remoteAddress: "192.0.2.7" });
      if ("refusal" in admission) throw new MediaRefused("refused", admission.refusal.status);
      const pair = new Pair(url);
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
  readonly sent: (string | Uint8Array)[] = [];
  open = true;
  #listener: MediaSocketListener | undefined;
  #onMessage: ((message: string | Uint8Array) => void) | undefined;
  #onClose: ((code: number, reason: string) => void) | undefined;
  readonly #early: (string | Uint8Array)[] = [];
  #end: { readonly code: number; readonly reason: string } | undefined;

  constructor(readonly url: string) {}

  readonly ours: MediaSocket = {
    bufferedBytes: 0,
    send: (message) => {
      if (!this.open) return;
      this.sent.push(message);
      queueMicrotask(() => this.#toThem(message));
    },
    close: (code, reason) => this.#close(code, reason),
    terminate: () => this.#close(1006, ""),
    on: (listener) => void (this.#listener = listener),
  };

  readonly theirs: MediaWire = {
    send: (message) => {
      if (this.open) queueMicrotask(() => this.open && this.#listener?.message(message));
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

  break(): void {
    this.#close(1006, "");
  }

  inject(message: string | Uint8Array): void {
    this.#listener?.message(message);
  }

  #toThem(message: string | Uint8Array): void {
    if (!this.open) return;
    if (this.#onMessage) this.#onMessage(message);
    else this.#early.push(message);
  }

  #close(code: number, reason: string): void {
    if (!this.open) return;
    this.open = false;
    this.#end = { code, reason };
    queueMicrotask(() => {
      this.#listener?.close(code, reason);
      this.#onClose?.(code, reason);
    });
  }
}
