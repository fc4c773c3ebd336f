/** How the network and we talk: documents, commands with webhooks, or commands with events inside the process. */
export type MockFlow = "pull" | "push" | "emit";

/** What becomes of a call at the other end. */
export type MockOutcome = "answer" | "busy" | "no-answer" | "reject" | "voicemail";

/** One move of a scripted person. */
export type ScriptMove =
  /** Says this. It is heard only while somebody listens, as on any telephone. */
  | { readonly say: string }
  /** Waits until spoken to and then listened to. */
  | { readonly waitFor: "speech" }
  | { readonly pauseMs: number }
  /** Presses keys: `0-9 A-D * #`; `w` pauses 500 ms, `W` one second. */
  | { readonly press: string }
  | { readonly hangup: true };

/** The mock's section of the configuration, with its defaults filled in. Times are in milliseconds. */
export interface MockConfig {
  readonly flow: MockFlow;
  /** From the first ring until the other end does something. */
  readonly ringMs: number;
  readonly outcome: MockOutcome;
  /** What the person at the other end does. Absent: asks three questions and hangs up. */
  readonly script?: readonly ScriptMove[];
  /** Time that a spoken word takes, on both sides. 0 makes speech instant. */
  readonly speakingMsPerWord: number;
  /** Time that the person thinks before replying. */
  readonly thinkingMs: number;
  readonly voicemailGreeting: string;
}
