import type { MediaLink } from "@openclaw/telephony-contract";
import type { Mailbox } from "./input.ts";
import type { AudioEffect, CallState } from "./state.ts";

/** The hands of a call whose audio flows through us: ear, voice and their wire. What happens comes back as inputs. */
export interface CallAudio {
  run(effect: AudioEffect): void;
  /** The carrier connected. A later link takes the place of an earlier one. */
  attach(link: MediaLink): void;
  /** The call is over. */
  close(): void;
}

/** Where calls get their live audio. */
export interface CallAudioSource {
  /** The URL by which a carrier connects with a token. */
  url(token: string): string;
  open(call: CallState, mailbox: Mailbox): CallAudio;
}
