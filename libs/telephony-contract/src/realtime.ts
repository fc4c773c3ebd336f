import type { AudioFormat } from "./audio.ts";
import type { TelephonyError } from "./errors.ts";
import type { JsonValue } from "./events.ts";
import type { ProviderContext, ProviderDefinition } from "./definition.ts";

/** What a realtime voice can do, as data. Absent means no. */
export interface RealtimeVoiceCapabilities {
  readonly formatsIn: readonly AudioFormat[];
  readonly formatsOut: readonly AudioFormat[];
  /** The one authority on interruptions: the provider's model, or the engine. */
  readonly interruption: "provider" | "engine";
  /** What was not heard can be removed from the model's memory: needs `truncate`. */
  readonly truncate?: boolean;
  /** Text can be spoken word for word: needs `say`. */
  readonly say?: boolean;
  readonly tools?: boolean;
  /** Longest session in milliseconds, where the provider has a limit. */
  readonly sessionLimitMs?: number;
  /** A new session can continue an earlier one by its handle. */
  readonly resume?: boolean;
  /** Whether the model can speak first. */
  readonly speaksFirst?: boolean;
}

/** A function that the model may call. */
export interface RealtimeTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: { readonly [key: string]: JsonValue };
}

/** One session: one call. */
export interface RealtimeRequest {
  readonly formatIn: AudioFormat;
  readonly formatOut: AudioFormat;
  readonly instructions: string;
  readonly language?: string;
  readonly tools: readonly RealtimeTool[];
  readonly speakFirst: boolean;
  /** Handle of the session that this one continues. */
  readonly resumeFrom?: string;
  readonly onEvent: (event: RealtimeEvent) => void;
  readonly signal: AbortSignal;
}

/** What the model does. Audio is tagged with its item, so that the engine can fence what came too late. */
export type RealtimeEvent =
  | { readonly type: "ready" }
  | { readonly type: "audio"; readonly responseId: string; readonly itemId: string; readonly payload: Uint8Array }
  | { readonly type: "responseDone"; readonly responseId: string; readonly outcome: "completed" | "cancelled" | "failed" }
  | { readonly type: "speechStarted"; readonly timeMs?: number }
  | { readonly type: "speechStopped"; readonly timeMs?: number }
  /** With `interruption: "provider"`: stop playing this response now. */
  | { readonly type: "interrupted"; readonly responseId?: string }
  | { readonly type: "transcript"; readonly role: "caller" | "agent"; readonly itemId: string; readonly text: string; readonly final: boolean }
  | { readonly type: "toolCall"; readonly invocationId: string; readonly name: string; readonly arguments: JsonValue }
  | { readonly type: "toolCancelled"; readonly invocationId: string }
  /** The provider ends the session soon. */
  | { readonly type: "goAway"; readonly inMs?: number }
  | { readonly type: "resumable"; readonly handle: string }
  | { readonly type: "closed" }
  | { readonly type: "failed"; readonly error: TelephonyError };

/** A running session. */
export interface RealtimeSession {
  write(audio: Uint8Array): void;
  /** Tells the model how much of an item the caller heard, in milliseconds; 0 removes it. */
  truncate?(itemId: string, heardMs: number): void;
  /** Speaks text word for word. */
  say?(text: string): void;
  /** Stops the response that is being made. */
  cancel(): void;
  /** Answers a tool call by its id. `final: false` is a progress note. */
  toolResult(invocationId: string, result: JsonValue, options?: { readonly final?: boolean }): void;
  close(): Promise<void>;
}

/** A model that listens and speaks at once. */
export interface RealtimeVoice {
  open(request: RealtimeRequest): RealtimeSession;
  close(): Promise<void>;
}

/** A realtime voice as a package registers it. */
export interface RealtimeVoiceDefinition<Config = unknown>
  extends ProviderDefinition<"realtime-voice", Config, RealtimeVoice, ProviderContext> {
  readonly capabilities: RealtimeVoiceCapabilities;
}
