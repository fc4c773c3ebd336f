import type { TelephonyError } from "@openclaw/telephony-contract";

/** What an ear makes of a caller. Times are `clock.now()`, in milliseconds since the epoch. */
export type EarEvent =
  /** The caller began to speak, as far as can be told: noise may look alike for a moment, and then no turn follows. */
  | { readonly type: "speechStarted"; readonly at: number }
  /** The caller takes the floor while we speak: playback pauses now. One of `turn`, `lost` and `resumed` ends it. */
  | { readonly type: "interrupted"; readonly at: number }
  /** That was no interruption: the sentence goes on. */
  | { readonly type: "resumed"; readonly at: number }
  /** The turn is likely to be over, with this text. `eagerRevoked` or a `turn` of the same text follows. */
  | { readonly type: "eager"; readonly text: string }
  | { readonly type: "eagerRevoked" }
  /** A finished turn of the caller. */
  | {
      readonly type: "turn";
      readonly text: string;
      /** When the caller's voice was heard last; where it was not, when the text last grew. */
      readonly speechEndedAt: number;
      /** When the last of the text was there. */
      readonly finalAt: number;
      /** From 0 to 1: that of the least certain part. */
      readonly confidence?: number;
    }
  /** Something was said and cannot be recognised: say so. */
  | { readonly type: "lost"; readonly error: TelephonyError };

/** What the ear knows of our own voice. */
export interface EarOutput {
  /** Id of the utterance that the caller hears now. */
  readonly audible: string | undefined;
  /** Whether that one may be interrupted. */
  readonly interruptible: boolean;
  /** Level of what the caller hears at this moment, in dBFS; `-Infinity` in silence. Asked for every frame. */
  readonly outputLevel: number;
  /** The text that the caller is hearing, or heard in the last seconds. */
  spokenText(): string;
}
