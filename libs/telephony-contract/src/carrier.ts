import type { CallIntent, CarrierCapabilities, Refusal } from "./capabilities.ts";
import type { ProviderContext, ProviderDefinition } from "./definition.ts";
import type { CallEvent, EndReason, JsonValue } from "./events.ts";
import type { FrameCodec, MediaLink } from "./media.ts";
import type { Plan, Step } from "./plan.ts";
import type { CallUrls, MintedUrl, ParsedWebhook, SignedRequest, VerifyResult, WebhookReply, WebhookRequest } from "./webhook.ts";

/** A call as the carrier is asked about it. */
export interface CallRef {
  /** Our id, minted and stored before dialling. */
  readonly callId: string;
  /** Every id by which the carrier has called it so far. May be empty after an ambiguous dial. */
  readonly carrierIds: readonly string[];
  /** What the carrier last asked the engine to keep with the call. */
  readonly carrierState?: JsonValue;
  readonly direction: "outbound" | "inbound";
  readonly from: string;
  readonly to: string;
}

/** A call to place. */
export interface DialRequest {
  /** Our id. The carrier sends it along in a field that it gets back signed. */
  readonly callId: string;
  /** E.164 with `+`. */
  readonly from: string;
  /** E.164 with `+`. */
  readonly to: string;
  /** What the call does first. */
  readonly plan: Plan;
  readonly urls: CallUrls;
  readonly ringTimeoutMs: number;
  readonly maxDurationMs: number;
  /** Keys to press as soon as the call is answered. Only with the capability `dialDigits`. */
  readonly dialDigits?: string;
  /** Only with the capability `machineDetection`. */
  readonly machineDetection?: boolean;
  /** Aborted at the deadline or when the call is no longer wanted. */
  readonly signal: AbortSignal;
}

/** What became of a dial. */
export interface DialResult {
  readonly carrierIds: readonly string[];
  readonly carrierState?: JsonValue;
  /**
   * How the first plan reaches the call: it went along (`inline`), the carrier will ask for it (`will-fetch`, also for
   * a plan too large to go along), or the engine sends it step by step (`stepwise`, push carriers).
   */
  readonly delivery: "inline" | "will-fetch" | "stepwise";
}

/** What the carrier knows of a call. `unknown` on any transient fault, so that a live call is never taken for dead. */
export interface CarrierCallStatus {
  readonly state: "ringing" | "answered" | "ended" | "unknown";
  readonly reason?: EndReason;
  /** Ids that came to light. */
  readonly carrierIds?: readonly string[];
}

/** What the engine tells a push carrier with each step. */
export interface StepContext {
  readonly revision: number;
  /** To be brought back with the answer to this step. */
  readonly nonce: string;
  readonly urls: CallUrls;
  readonly signal: AbortSignal;
}

/** What a carrier is given at `create`. */
export interface CarrierContext extends ProviderContext {
  /** Hands an event to the engine: the way in for carriers that are event sources. Deduplicated like webhooks. */
  emit(event: CallEvent): void;
  readonly media: {
    /** Hands over the audio of a call whose transport is the carrier's own. */
    attach(callId: string, link: MediaLink): void;
  };
  readonly webhooks: {
    /**
     * Hands in a request that did not come over the engine's listener (a relay, a socket, a network inside the
     * process). It takes the same way as any other: guard, signature, replay, parse.
     */
    deliver(request: WebhookRequest): Promise<WebhookReply>;
    /** The URL to configure at the carrier for calls that reach us. */
    readonly entryUrl: string;
  };
}

/**
 * A telephone network. Created once for each configuration; calls lease the instance, and only the engine closes it.
 *
 * Every method that asks the network rejects with a {@link TelephonyError}: `retryable` where asking again may help,
 * `timeout` or `dial-unknown` where it is not known what the network did. No method throws anything else, and none
 * outlives its signal.
 */
export interface Carrier {
  /** Opens what the carrier listens on, if anything. Called once, before the first call. */
  start?(): Promise<void>;
  /** Releases everything. Called once, after the last call; nothing is emitted afterwards. */
  close(): Promise<void>;
  /** Combinations that do not work together, beyond the capabilities. Pure. */
  check?(intent: CallIntent): readonly Refusal[];
  /** Places a call, at most once for each `callId`. Never retried by the carrier where that could ring twice. */
  dial(request: DialRequest): Promise<DialResult>;
  /** Ends a call. Idempotent: a call that has ended already is a success. */
  hangup(call: CallRef, signal: AbortSignal): Promise<void>;
  /** What the network knows of a call. Resolves with `unknown` on a transient fault, never rejects because of one. */
  status(call: CallRef, signal: AbortSignal): Promise<CarrierCallStatus>;
  /** Looks up a call by our id after an ambiguous dial. Resolves with `undefined` when there surely is none. */
  find?(callId: string, signal: AbortSignal): Promise<DialResult | undefined>;
  /**
   * Push: performs one step and resolves when it was accepted; its end is reported as `stepEnded`. Listening ends when
   * the next `say`, `play`, `listen` or `transfer` begins; `sendDigits` goes beside it.
   */
  perform?(call: CallRef, step: Step, context: StepContext): Promise<void>;
  /** Pull: the document for a plan. Pure, never empty. */
  render?(plan: Plan, urls: CallUrls): WebhookReply;
  /** Pull: makes a live call fetch `documentUrl` now. */
  nudge?(call: CallRef, documentUrl: string, signal: AbortSignal): Promise<void>;
  /** Whether a request is the carrier's. Pure, constant-time where secrets are compared. */
  verify?(request: WebhookRequest): VerifyResult;
  /** What a verified request says. Pure; unknown content is no event, never an error. */
  parse?(request: SignedRequest, minted: MintedUrl): ParsedWebhook;
  /** How audio travels over the engine's media socket. */
  readonly frames?: FrameCodec;
}

/** A carrier as a package registers it. */
export interface CarrierDefinition<Config = unknown>
  extends ProviderDefinition<"carrier", Config, Carrier, CarrierContext> {
  /** What the carrier can do; a function where it depends on the configuration. */
  readonly capabilities: CarrierCapabilities | ((config: Config) => CarrierCapabilities);
}

/** Capabilities under a configuration that the definition's schema has validated. */
export function capabilitiesOf<Config>(definition: Pick<CarrierDefinition<Config>, "capabilities">, config: Config): CarrierCapabilities {
  return typeof definition.capabilities === "function" ? definition.capabilities(config) : definition.capabilities;
}

