import type { AudioFormat } from "./audio.ts";
import type { HeaderMap } from "./webhook.ts";

/** Something that a media link reports. Audio is handed to the engine as views that are valid during the call only. */
export type MediaLinkEvent =
  | {
      readonly type: "audio";
      /** Bytes in the link's `formatIn`. Copy what is kept. */
      readonly payload: Uint8Array;
      /** Milliseconds since the stream's start, by the sender's clock. */
      readonly timeMs: number;
    }
  | { readonly type: "dtmf"; readonly digit: string; readonly timeMs?: number }
  /** Everything sent before this mark was played (or dropped, after a `clear`: the engine knows which). */
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "cleared" }
  | { readonly type: "error"; readonly code: string; readonly message: string };

/**
 * The audio of one call, both ways: what everything above the wire speaks. The engine builds one from a carrier's frame
 * codec; a carrier with a transport of its own hands one over.
 */
export interface MediaLink {
  readonly formatIn: AudioFormat;
  readonly formatOut: AudioFormat;
  /**
   * Sends audio in `formatOut`: encoded or copied before it returns, since the buffer is used again. Returns `false` where
   * nothing more should be sent before `writable`.
   */
  send(audio: Uint8Array): boolean;
  /** Resolves when sending makes sense again. */
  writable(): Promise<void>;
  /** Asks to be told when everything sent so far was played. Names are unique within the call. */
  mark(name: string): void;
  /** Drops everything that was sent and not played yet. Always reaches the far end. */
  clear(): void;
  /** Presses keys in the stream, where the carrier can. */
  sendDigits?(digits: string): void;
  /** One listener at a time; a later one replaces it. Events from before the first are kept, up to one second of audio. */
  listen(listener: (event: MediaLinkEvent) => void): void;
  /** Resolves once, when the link is over, whoever ended it. */
  readonly closed: Promise<MediaClose>;
  /** Ends the link. Idempotent. */
  close(reason: string): void;
}

/** How a link ended. */
export interface MediaClose {
  readonly by: "us" | "carrier" | "network";
  /** Stable, for the log. */
  readonly reason: string;
}

/** What a media socket said. */
export type DecodedFrame =
  | {
      readonly type: "started";
      /** Every id of the call in the start message. One of them has to be an alias of the call. */
      readonly carrierIds: readonly string[];
      readonly streamId?: string;
      readonly formatIn: AudioFormat;
      readonly formatOut: AudioFormat;
    }
  | {
      readonly type: "audio";
      readonly payload: Uint8Array;
      /** Position in the stream where the carrier numbers frames. The engine puts them in order. */
      readonly seq?: number;
      readonly timeMs?: number;
      /** Only `inbound` reaches a transcriber. */
      readonly track: "inbound" | "outbound";
    }
  | { readonly type: "dtmf"; readonly digit: string; readonly timeMs?: number }
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "cleared" }
  | { readonly type: "stopped"; readonly reason?: string }
  | { readonly type: "error"; readonly code: string; readonly message: string };

/** What the engine wants to put on a media socket. */
export type FrameToEncode =
  | { readonly type: "audio"; readonly payload: Uint8Array }
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "clear" }
  | { readonly type: "dtmf"; readonly digits: string };

/** One socket's half of a frame codec: holds what the stream's start said. Pure: no timers, no I/O. */
export interface FrameSession {
  /**
   * One message in frames. Nothing for one that carries no news; `error` for one that breaks the protocol. Text is a string,
   * or where it `takesUtf8`, its bytes. The audio of a frame may be overwritten by the next message.
   */
  decode(message: string | Uint8Array): readonly DecodedFrame[];
  /** Whether `decode` takes text as its bytes in UTF-8, too: then no strings are made of audio fifty times a second. Default `false`. */
  readonly takesUtf8?: boolean;
  /** The messages to send, in order. The frame and its audio are used again once it returns. */
  encode(frame: FrameToEncode): readonly (string | Uint8Array)[];
}

/** How a carrier speaks on a media socket. Tokens, caps, order, pacing and playback live in the engine. */
export interface FrameCodec {
  /** State for one new socket. */
  open(): FrameSession;
  /** Whether the upgrade request is the carrier's, beside the engine's own token. Pure. */
  authorizeUpgrade?(request: { readonly url: string; readonly headers: HeaderMap }): boolean;
  readonly limits: {
    /** Bytes of the largest message either way. */
    readonly maxMessageBytes: number;
    /** Smallest and largest audio chunk that the carrier takes, in milliseconds. */
    readonly minChunkMs: number;
    readonly maxChunkMs: number;
    /** Audio that the carrier keeps ahead of the caller's ear, in milliseconds. */
    readonly maxBufferedMs: number;
  };
}
