import { MULAW_8K, type AudioFormat, type CarrierCapabilities, type Clock, type FrameCodec, type Logger } from "@openclaw/telephony-contract";
import type { Ticker } from "../playback/index.ts";
import type { TelephoneSettings } from "../settings.ts";
import type { SpeechCache } from "../voice/index.ts";
import type { AudioServices } from "./services.ts";

/** What the live audio of all calls stands on: one object for all, since hundreds of calls would keep hundreds of copies. */
export interface AudioGround {
  readonly clock: Clock;
  readonly log: Logger;
  readonly services: AudioServices;
  readonly ticker: Ticker;
  readonly cache: SpeechCache;
  /** Audio to keep ahead of the caller's ear at this moment, in milliseconds. */
  leadMs(settings: TelephoneSettings): number;
  /** What the carrier's codec takes, where it connects to our socket. */
  limits(callId: string): FrameCodec["limits"] | undefined;
  /** Lets the carrier connect with a token. */
  expect(callId: string, token: string): void;
  /** The call is over: no token of it is good any more. */
  forget(callId: string): void;
}

/** What live audio has to know of its call. */
export interface AudioCall {
  readonly callId: string;
  readonly settings: TelephoneSettings;
  readonly capabilities: CarrierCapabilities;
}

/** The format that the carrier's audio will most likely have, both ways. */
export function expectedFormat({ media }: CarrierCapabilities): AudioFormat {
  return media?.formats[0] ?? MULAW_8K;
}
