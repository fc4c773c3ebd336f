import type { ProviderContext } from "../definition.ts";
import type { Transcriber } from "../transcriber.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What the kit gives to a harness of a transcriber. */
export interface TranscriberKit {
  /** The only time that the transcriber and its service know. Sockets are real, and are waited for by their events. */
  readonly clock: VirtualClock;
}

/** What a transcriber's author brings: a way to an instance, and the service that it talks to. Fresh for every case. */
export interface TranscriberHarness {
  /** Makes an instance that talks to `service` rather than to the real one. */
  create(context: ProviderContext): Promise<Transcriber>;
  readonly service: TestTranscription;
  /** Releases what the harness holds. */
  close?(): Promise<void> | void;
}

/** What is done to the transcriber's next connection. */
export type TranscriptionFault =
  /** It is refused because of its credentials. */
  | "unauthorized"
  /** It is refused with a server error. */
  | "server-error"
  /** It is accepted, and the service never says that it is ready. Without a greeting: the connection is never answered. */
  | "never-ready"
  /** It is lost before the service is ready. */
  | "drop-before-ready"
  /** Nothing: takes back what was to be done and did not find a connection. */
  | "none";

/** The service that the transcriber talks to. It says only what the test has it say. */
export interface TestTranscription {
  /** Connections that were accepted, in their order, also those that are over. */
  readonly sessions: readonly TestTranscriptionSession[];
  /** Attempts to connect, whatever became of them. */
  readonly attempts: number;
  /** Does something to the next connection, and only to that. */
  failNext(fault: TranscriptionFault): void;
}

/**
 * One connection at the service. What it says is worded as the vendor words it, in the vendor's sequence of messages, and
 * belongs to the item that was begun last.
 */
export interface TestTranscriptionSession {
  readonly open: boolean;
  /** All audio of this connection, as the service understood it. */
  received(): Uint8Array;
  /** Messages, or stretches of silence, that came to keep it alive. */
  readonly keepAlives: number;
  /** Times that it was asked for the final text of what it had. */
  readonly flushes: number;
  /** Someone begins to speak. Needed with the capability `speechStart`. */
  speechStarts?(): void;
  /** The item reads so for now, or begins so. Needed with the capability `partials`. */
  partial?(text: string): void;
  /** The item is over and reads so. Without an item under way, it is one of its own. */
  final(text: string): void;
  /** The turn seems to be over. Needed with the capability `eagerEndOfTurn`. */
  eager?(text: string): void;
  /** It is not over after all. Needed with the capability `eagerEndOfTurn`. */
  resumed?(): void;
  /** The item under way is lost. Where the vendor has such a thing. */
  failItem?(): void;
  /** Two items are under way, and the later one's final comes first. Where the vendor has such a thing. */
  finalsReversed?(earlier: string, later: string): void;
  /** Answers a flush that came, or is still to come, with this as its final text. */
  answerFlush(text: string): void;
  /** Says this as its last results when the transcriber asks for the end. */
  lastResult(text: string): void;
  /** Messages that nobody can make sense of: broken, unknown, of the wrong shape. Not a fault that the vendor has a word for. */
  garbage(): void;
  /** The connection breaks, without a word. */
  drop(): void;
  /** The session has lasted as long as the vendor lets it. Where the vendor has such a thing. */
  expire?(): void;
}
