import type { AudioMode } from "@openclaw/telephony-contract";
import type { ForwardingTrust } from "./door/public-url.ts";
import type { BargeInSettings } from "./listening/index.ts";

export type { BargeInSettings };

/** A provider's section of the configuration, as configured: environment fall-backs and secrets are not in it yet. */
export type ProviderSection = Readonly<Record<string, unknown>>;

/** Who may call us. */
export type InboundPolicy = "disabled" | "allowlist" | "pairing" | "open";

/**
 * What an answering machine does to a call that we place.
 *
 * - `off`: the carrier is not asked to find machines.
 * - `hangup`: the call ends.
 * - `leave-message`: the machine's greeting is waited for, a message is spoken, and the call ends.
 * - `continue`: the call goes on; that a machine answered is kept in the record.
 */
export type MachineDetection = "off" | "hangup" | "leave-message" | "continue";

/** What differs by the number that was dialled. Resolved once for each inbound call and stored on it. */
export interface NumberRoute {
  readonly inboundGreeting?: string;
  readonly agentId?: string;
  readonly responseModel?: string;
  readonly responseSystemPrompt?: string;
  readonly responseTimeoutMs?: number;
  /** Replaces the general one: it is merged with it already. */
  readonly speech?: SpeechSettings;
}

/** Times of the day in which no call goes out, by the clock on the wall. From 22:00 to 07:00 is a night. */
export interface QuietHours {
  /** `HH:MM`, the first minute that is quiet. */
  readonly from: string;
  /** `HH:MM`, the first minute that is not. */
  readonly to: string;
  /** IANA name of the wall's time zone. Default: the machine's. */
  readonly timeZone?: string;
}

/** What the owner allows to be called, whoever asks for the call. */
export interface OutboundPolicy {
  /** Numbers in E.164, or begins of numbers with a `*` behind. Absent: all. */
  readonly allowTo?: readonly string[];
  /** ISO 3166 codes. Absent: all countries, and international networks. */
  readonly allowCountries?: readonly string[];
  /** Whether numbers may be called that cost more than an ordinary call. */
  readonly premiumRate: "refuse" | "allow";
  /** Calls that are placed within any hour at most, answered or not. Absent: any number. */
  readonly maxCallsPerHour?: number;
  readonly quietHours?: QuietHours;
}

/** Where calls may be transferred to. Country and price are judged by the {@link OutboundPolicy}. */
export interface TransferPolicy {
  /** Numbers in E.164, or begins of numbers with a `*` behind. Empty: none. */
  readonly allowTo: readonly string[];
}

/** Live audio: what hears callers, and what the sockets may cost. */
export interface StreamingSettings {
  /** Id of the transcriber. Absent: the first one that is configured. */
  readonly transcriber?: string;
  /** Sections of transcribers, by id. */
  readonly sections: Readonly<Record<string, ProviderSection>>;
  /** Path of the media sockets on the listener. */
  readonly path: string;
  /** How long a media socket may take to begin. */
  readonly preStartTimeoutMs: number;
  /** Media sockets that have not begun: of everybody, and of one source. */
  readonly maxPendingConnections: number;
  readonly maxPendingConnectionsPerIp: number;
  /** All media sockets. */
  readonly maxConnections: number;
  /** Audio that is sent ahead of the caller's ear, at least: a stall of the process up to this is not heard. */
  readonly leadMs: number;
}

/** The voice that speaks over live audio. */
export interface SpeechSettings {
  /** Id of a synthesizer of ours. Absent, or an id that none has: the host's. */
  readonly provider?: string;
  /** The `tts` of the configuration, with the route's merged over it. */
  readonly section: ProviderSection;
}

/** What a caller hears while the agent thinks. */
export interface ThinkingSettings {
  /** Time without an answer after which the phrase is said. Absent: never. */
  readonly afterMs?: number;
  readonly phrase: string;
}

/** What happens when nobody says anything. */
export interface InactivitySettings {
  /** Silence after which the caller is asked whether they are still there. Absent: never. */
  readonly promptAfterMs?: number;
  readonly prompt: string;
  /** Silence after that question, or without it, which ends the call. Absent: never. */
  readonly hangupAfterMs?: number;
}

/**
 * How the telephone behaves, already validated. A call keeps the settings that it began with; the next call takes the
 * newest. All durations are milliseconds.
 */
export interface TelephoneSettings {
  /** Id of the carrier. */
  readonly carrier: string;
  /** Its section, as configured, with environment fall-backs not yet applied. */
  readonly carrierConfig: ProviderSection;
  readonly audioMode: AudioMode;
  readonly streaming: StreamingSettings;
  readonly speech: SpeechSettings;
  readonly bargeIn: BargeInSettings;
  readonly thinking: ThinkingSettings;
  readonly inactivity: InactivitySettings;
  readonly fromNumber?: string;
  readonly toNumber?: string;
  readonly defaultMode: "notify" | "conversation";
  /** Time on the line after a notify message was heard. */
  readonly notifyHangupDelayMs: number;
  readonly machineDetection: MachineDetection;
  /** What a conversation leaves on an answering machine; without one its opening. */
  readonly voicemailMessage?: string;
  readonly outbound: OutboundPolicy;
  readonly transfer: TransferPolicy;
  readonly inboundPolicy: InboundPolicy;
  /** Canonical E.164 numbers. */
  readonly allowFrom: readonly string[];
  readonly inboundGreeting?: string;
  /** What a caller hears whom pairing does not know. Without it such a caller is only rejected. */
  readonly pairingMessage?: string;
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
  /** Which forwarded headers are believed. Absent: none. */
  readonly webhookSecurity?: ForwardingTrust;
  /** Takes webhooks at their word. Has an effect only while the listener is bound to this machine. */
  readonly skipSignatureVerification?: boolean;
}
