import { DEFAULT_BARGE_IN } from "../listening/index.ts";
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
    leadMs: 300,
  },
  speech: { section: {} },
  bargeIn: DEFAULT_BARGE_IN,
  thinking: { phrase: "One moment, please." },
  inactivity: { prompt: "Are you still there?" },
};
