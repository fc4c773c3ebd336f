/**
 * Modules of the host's plugin SDK that ship without types. They are reached by dynamic import only, and a host that
 * lacks one degrades a feature, never the telephone.
 */
declare module "openclaw/plugin-sdk/session-transcript-runtime" {
  /** Appends a message to a session that exists. The agent sees it in its next turn. */
  export function appendSessionTranscriptMessageByIdentity(request: {
    agentId: string;
    sessionKey: string;
    sessionId: string;
    config: unknown;
    message: Record<string, unknown>;
  }): Promise<unknown>;
}

declare module "openclaw/plugin-sdk/realtime-transcription" {
  import type { HostTranscription } from "../host/transcription.ts";

  /** A transcription provider that a plugin registered, or one that the host brings along. */
  export const getRealtimeTranscriptionProvider: HostTranscription["getRealtimeTranscriptionProvider"];
}
