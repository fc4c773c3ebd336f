import type { AudioFormat } from "./audio.ts";
import type { StepKind } from "./plan.ts";

/**
 * How a call's audio is handled: by the carrier's own speech and recognition (`native`), by a transcriber and a voice
 * over a media link (`streaming`), or by a realtime model over a media link (`realtime`).
 */
export type AudioMode = "native" | "streaming" | "realtime";

/**
 * Whether a step can be sent: `yes`; `tears-media`: it can, and ends a running media link (so it is used only for a
 * transfer or a farewell); `no`.
 */
export type StepSupport = "yes" | "tears-media" | "no";

/** Support of one kind of step by the state of the call. An absent member means `no`. */
export interface StepSupportByState {
  /** Ringing, in either direction. */
  readonly unanswered?: StepSupport;
  /** Up, without a media link. */
  readonly native?: StepSupport;
  /** Up, with a media link. */
  readonly media?: StepSupport;
}

/**
 * What a carrier can do, as data. Absent means no. The engine refuses what does not fit before it dials, and a
 * capability whose method the carrier lacks is refused when the carrier is created.
 */
export interface CarrierCapabilities {
  /** Whether the carrier asks for documents (`pull`) or takes commands (`push`). */
  readonly flow: "pull" | "push";
  /** Audio modes that the carrier can carry. */
  readonly audioModes: readonly AudioMode[];
  /** Events and fetches arrive as signed HTTP requests: needs `verify` and `parse`, and `render` when `flow` is `pull`. */
  readonly webhooks?: boolean;
  /** Audio modes in which the carrier has to reach us from the public internet. */
  readonly publicWebhook?: readonly AudioMode[];
  /**
   * Headers without which a request cannot be the carrier's, in lower case: each entry is one set that is enough, since a
   * carrier may sign in several ways. The engine refuses a request that brings none of the sets before it reads the body.
   */
  readonly signatureHeaders?: readonly (readonly string[])[];
  readonly outbound?: boolean;
  readonly inbound?: boolean;
  /** E.164 number that calls come from where the telephone itself is configured with none. */
  readonly defaultFrom?: string;
  readonly steps: { readonly [Kind in StepKind]?: StepSupportByState };
  /** What `listen` takes, and what its answers prove. */
  readonly listen?: {
    readonly speech?: boolean;
    readonly digits?: boolean;
    readonly interruptiblePrompt?: boolean;
    readonly partials?: boolean;
    readonly proof: "echoed" | "leg-state";
  };
  /** Longest text of one `say`, in characters. Absent: no limit that is known. */
  readonly maxSayChars?: number;
  /** Live calls can be told to fetch their document: needs `nudge`. */
  readonly nudge?: boolean;
  /** Keys can be pressed as soon as the call is answered, before the first step. */
  readonly dialDigits?: boolean;
  /** Where pressed keys come from: one source in each mode. */
  readonly dtmfIn?: { readonly native?: "event"; readonly media?: "event" | "stream" };
  /**
   * How keys are pressed: one way in each mode. `command` is a `sendDigits` step, which a pull carrier finds in its
   * document. In-band tones are made by the engine's playback.
   */
  readonly dtmfOut?: { readonly native?: "command"; readonly media?: "stream" | "command" | "in-band" };
  /** Asynchronous answering-machine detection. */
  readonly machineDetection?: boolean;
  /** The carrier ends the call itself after a maximum duration. */
  readonly maxDuration?: boolean;
  /** The carrier gives up ringing itself after a time. */
  readonly ringTimeout?: boolean;
  /** An ambiguous dial can be looked up by our call id: needs `find`. */
  readonly find?: boolean;
  /** The media link of an audio mode: formats, and what comes back. Needed for `streaming` and `realtime`. */
  readonly media?: {
    /** `socket`: the carrier connects to the engine and brings a frame codec; `attached`: it hands over a link. */
    readonly transport: "socket" | "attached";
    readonly formats: readonly AudioFormat[];
    /** Playback marks are echoed when what precedes them was played. */
    readonly marks?: boolean;
    /** Queued playback can be dropped. */
    readonly clear?: boolean;
    /**
     * What happens to a live call's media after the engine was gone: the carrier asks for a document by itself
     * (`refetch`), the stream has to be started again (`reissue`), or it is lost (`none`).
     */
    readonly recovery: "refetch" | "reissue" | "none";
  };
}

/** What the engine is about to ask of a carrier, for `check`. */
export interface CallIntent {
  readonly direction: "outbound" | "inbound";
  readonly mode: "notify" | "conversation";
  readonly audioMode: AudioMode;
  /** Keys to press as soon as the call is answered. */
  readonly dialDigits?: string;
  readonly machineDetection?: boolean;
  readonly record?: boolean;
}

/** One reason why an intent does not fit. */
export interface Refusal {
  /** Stable and machine-readable, for example `dial-digits-with-machine-detection`. */
  readonly code: string;
  /** What does not fit and what to change. */
  readonly message: string;
}
