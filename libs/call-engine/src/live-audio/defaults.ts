import type { TelephoneSettings } from "../settings.ts";

/** What calls with live audio are set to where nobody says otherwise. */
export const LIVE_AUDIO_DEFAULTS: Pick<TelephoneSettings, "streaming" | "speech" | "bargeIn" | "thinking" | "inactivity"> = {
  streaming: {
    sections: {},
    path: "/voice/stream",
    preStartTimeoutMs: 5000,
    maxPendingConnections: 32,
    maxPendingConnectionsPerIp: 4,
    maxConnections: 128,
    leadMs: 200,
  },
  speech: { section: {} },
  bargeIn: { enabled: true, minSpeechMs: 500, minWords: 2, graceMs: 250, marginDb: 9, echoReturnLossDb: 14, resumeAfterMs: 1500 },
  thinking: { phrase: "One moment, please." },
  inactivity: { prompt: "Are you still there?" },
};
