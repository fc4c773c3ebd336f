import type { AudioFormat } from "./audio.ts";
import type { TelephonyError } from "./errors.ts";
import type { ProviderContext, ProviderDefinition } from "./definition.ts";

/** What a transcriber can do, as data. Absent means no. */
export interface TranscriberCapabilities {
  /** Formats taken as they are. The engine converts to the first where none is the call's. */
  readonly formats: readonly AudioFormat[];
  readonly partials?: boolean;
  readonly speechStart?: boolean;
  /** Who finds the end of a turn: the provider, or the engine by silence. */
  readonly endOfTurn: "provider" | "engine";
  /** The end of a turn is announced early and may be taken back. */
  readonly eagerEndOfTurn?: boolean;
  readonly languages?: readonly string[];
}

/** One session: one call's caller. */
export interface TranscriberRequest {
  readonly format: AudioFormat;
  /** BCP 47. Absent: the provider finds out. */
  readonly language?: string;
  /** Milliseconds of silence that end a turn. */
  readonly endSilenceMs: number;
  readonly hints?: readonly string[];
  readonly onEvent: (event: TranscriberEvent) => void;
  readonly signal: AbortSignal;
}

/** What was heard. Items are told apart by `itemId`, never by their text: a caller may well say "yes" twice. */
export type TranscriberEvent =
  | { readonly type: "ready" }
  | { readonly type: "speechStarted"; readonly itemId?: string; readonly timeMs?: number }
  | { readonly type: "partial"; readonly itemId: string; readonly text: string }
  /** The turn seems to be over; `resumed` takes it back. */
  | { readonly type: "eagerEnd"; readonly itemId: string; readonly text: string }
  | { readonly type: "resumed"; readonly itemId: string }
  | { readonly type: "final"; readonly itemId: string; readonly text: string; readonly confidence?: number; readonly timeMs?: number }
  /** This item is lost: say so rather than nothing. */
  | { readonly type: "itemFailed"; readonly itemId: string; readonly error: TelephonyError }
  /** The session is over and does not come back. */
  | { readonly type: "failed"; readonly error: TelephonyError };

/** A running transcription. */
export interface TranscriberSession {
  /** Takes audio at any time after `open`; queues while the connection is made. Copy what is kept. */
  write(audio: Uint8Array): void;
  /** Asks for the final text of what was heard so far. Resolves when it was reported, or at the deadline. */
  flush(): Promise<void>;
  /** Ends the session after its last results. Idempotent. */
  close(): Promise<void>;
}

/** Turns a caller's audio into text while it is spoken. */
export interface Transcriber {
  open(request: TranscriberRequest): TranscriberSession;
  close(): Promise<void>;
}

/** A transcriber as a package registers it. */
export interface TranscriberDefinition<Config = unknown>
  extends ProviderDefinition<"transcriber", Config, Transcriber, ProviderContext> {
  readonly capabilities: TranscriberCapabilities;
}
