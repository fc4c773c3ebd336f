import type { Carrier, CarrierContext } from "../carrier.ts";
import type { DecodedFrame, FrameToEncode } from "../media.ts";
import type { HeaderMap, WebhookReply, WebhookRequest } from "../webhook.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** What the kit gives to a harness: the engine's side, in miniature. */
export interface ConformanceKit {
  /** The only time there is: what the network times (ringing, pauses, no input) it schedules here. */
  readonly clock: VirtualClock;
  /** The engine's door for webhooks. The network calls it where it would make an HTTP request. */
  deliver(request: WebhookRequest): Promise<WebhookReply>;
  /** The URL that is configured at the network for calls that reach us. */
  readonly entryUrl: string;
  /** The network tells here to which URL it would open an audio connection. */
  mediaRequested(url: string): void;
}

/** What a carrier's author brings: a way to an instance, and the network that it talks to. Fresh for every case. */
export interface CarrierHarness {
  /** Makes an instance that talks to `network` rather than to the real one. */
  create(context: CarrierContext): Promise<Carrier>;
  readonly network: TestNetwork;
  /** The network's end of a new media socket, for a carrier with a frame codec. */
  openSocket?(): NetworkSocket;
  /** Releases what the harness holds. */
  close?(): Promise<void> | void;
}

/** What is done to the carrier's next request. */
export type NetworkFault =
  /** It is never answered. */
  | "stall"
  /** It is carried out, and the answer is lost: to the carrier it looks like a broken connection. */
  | "lost"
  /** It is refused with a server error and not carried out. */
  | "server-error"
  /** It is refused because of its credentials. */
  | "unauthorized"
  /** It is refused because there were too many. */
  | "rate-limited"
  /** Nothing: takes back what was to be done and did not find a request. */
  | "none";

/** The network that the carrier talks to, with its far ends in the test's hands. */
export interface TestNetwork {
  /** The far end of the latest call that was placed to this number. */
  party(number: string): RemoteParty | undefined;
  /** Someone calls us. Needed with the capability `inbound`. */
  call?(numbers: { readonly from: string; readonly to: string }): Promise<RemoteParty> | RemoteParty;
  /** How many calls were really placed, whatever the carrier was told. */
  readonly placed: number;
  /** Does something to the next request of the carrier, and only to that. */
  failNext(fault: NetworkFault): void;
  /** Whether the party that a call is transferred to answers. Needed with the step `transfer`. */
  transferTarget?(does: "answer" | "busy"): void;
}

/** Something that a far end heard. */
export type Heard =
  | { readonly kind: "say"; readonly text: string }
  | { readonly kind: "play"; readonly url: string }
  | { readonly kind: "digits"; readonly digits: string };

/**
 * The far end of one call. What it does takes effect at once; nobody waits for the returned promises, so that they may
 * take as long as the call.
 */
export interface RemoteParty {
  /** What the network holds to be true. */
  state(): "ringing" | "answered" | "ended";
  answer(): Promise<void> | void;
  busy(): Promise<void> | void;
  hangUp(): Promise<void> | void;
  say(text: string): Promise<void> | void;
  press(digits: string): Promise<void> | void;
  /** Machine detection comes to a verdict. Needed with the capability `machineDetection`. */
  detect?(verdict: "human" | "machine"): Promise<void> | void;
  /** All that it heard so far, in order. */
  heard(): readonly Heard[];
  /** The far end's audio, for a carrier that hands over links: speaks into the link, in its `formatIn`. */
  sendAudio?(payload: Uint8Array): void;
  /** Everything that was sent over the link is heard now; until then it is queued. */
  playAudio?(): void;
  /** Bytes that were heard, in the link's `formatOut`. */
  heardAudio?(): Uint8Array;
}

/** A frame as the network sends it. */
export type NetworkFrame = Exclude<DecodedFrame, { readonly type: "error" }>;

/** The network's end of one media socket. */
export interface NetworkSocket {
  /** The messages by which the network says this; none where it has no such message. */
  write(frame: NetworkFrame): readonly (string | Uint8Array)[];
  /** What the network understands of messages from us. What it would refuse is left out. */
  read(messages: readonly (string | Uint8Array)[]): readonly FrameToEncode[];
  /** The upgrade request by which it would connect to a URL. Needed where the codec authorizes upgrades. */
  upgrade?(url: string): { readonly url: string; readonly headers: HeaderMap };
}
