import type { AudioMode } from "@openclaw/telephony-contract";

/** Who may call us. */
export type InboundPolicy = "disabled" | "allowlist" | "pairing" | "open";

/** What differs by the number that was dialled. Resolved once for each inbound call and stored on it. */
export interface NumberRoute {
  readonly inboundGreeting?: string;
  readonly agentId?: string;
  readonly responseModel?: string;
  readonly responseSystemPrompt?: string;
  readonly responseTimeoutMs?: number;
}

/**
 * How the telephone behaves, already validated. A call keeps the settings that it began with; the next call takes the
 * newest. All durations are milliseconds.
 */
export interface TelephoneSettings {
  /** Id of the carrier. */
  readonly carrier: string;
  /** Its section, as configured, with environment fall-backs not yet applied. */
  readonly carrierConfig: Readonly<Record<string, unknown>>;
  readonly audioMode: AudioMode;
  readonly fromNumber?: string;
  readonly toNumber?: string;
  readonly defaultMode: "notify" | "conversation";
  /** Time on the line after a notify message was heard. */
  readonly notifyHangupDelayMs: number;
  readonly inboundPolicy: InboundPolicy;
  /** Canonical E.164 numbers. */
  readonly allowFrom: readonly string[];
  readonly inboundGreeting?: string;
  readonly numbers: Readonly<Record<string, NumberRoute>>;
  readonly agentId?: string;
  readonly sessionScope: "per-phone" | "per-call" | "main";
  readonly responseModel?: string;
  readonly responseSystemPrompt?: string;
  readonly responseTimeoutMs: number;
  readonly maxDurationMs: number;
  /** How long a call may stay unanswered before the reaper ends it; 0 never. */
  readonly staleCallMs: number;
  /** Silence that ends an utterance. */
  readonly silenceTimeoutMs: number;
  /** How long `continue` waits for the caller's words. */
  readonly transcriptTimeoutMs: number;
  readonly ringTimeoutMs: number;
  readonly maxConcurrentCalls: number;
  /** BCP 47 tag of the language that is spoken. */
  readonly language?: string;
  /** The door for carriers that reach us over HTTP. */
  readonly serve: { readonly port: number; readonly bind: string; readonly path: string };
  /** The exact carrier-facing URL of the webhook; without it the listener's own. */
  readonly publicUrl?: string;
}
