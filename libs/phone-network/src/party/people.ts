/** What becomes of a call at the other end. */
export type Outcome = "answer" | "busy" | "no-answer" | "reject" | "voicemail";

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

/** Who is at the other end of the network's calls where nobody else was chosen. Times are in milliseconds. */
export interface PeopleSettings {
  /** From the first ring until the other end does something. */
  readonly ringMs: number;
  readonly outcome: Outcome;
  /** What the person at the other end does. Absent: asks three questions and hangs up. */
  readonly script?: readonly ScriptMove[];
  /** Time that a spoken word takes, on both sides. 0 makes speech instant. */
  readonly speakingMsPerWord: number;
  /** Time that the person thinks before replying. */
  readonly thinkingMs: number;
  readonly voicemailGreeting: string;
}

/** People who answer soon and talk at a comfortable pace. */
export const DEFAULT_PEOPLE: PeopleSettings = {
  ringMs: 300,
  outcome: "answer",
  speakingMsPerWord: 300,
  thinkingMs: 200,
  voicemailGreeting: "Nobody is at home. Please leave a message after the tone.",
};
