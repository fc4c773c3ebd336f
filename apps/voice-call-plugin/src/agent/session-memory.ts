import { randomUUID } from "node:crypto";
import type * as transcriptSdk from "openclaw/plugin-sdk/session-transcript-runtime";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import type { HostRuntime } from "../host/api.ts";
import type { Identity } from "./run.ts";

/** The SDK module that writes into a session's transcript. */
export type TranscriptSdk = typeof transcriptSdk;

/** Spoken words are no model's work: no tokens, no price. */
const NO_USAGE = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 0,
  cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, total: 0 },
};

/** Keeps in an agent's session what was said on a call without it. */
export class SessionMemory {
  readonly #runtime: HostRuntime;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #load: () => Promise<TranscriptSdk>;
  #missing = false;

  /** `load` imports the SDK module; a host without it leaves the session as it is. */
  constructor(ports: { runtime: HostRuntime; clock: Clock; log: Logger }, load: () => Promise<TranscriptSdk>) {
    this.#runtime = ports.runtime;
    this.#clock = ports.clock;
    this.#log = ports.log;
    this.#load = load;
  }

  /** Appends a message of the agent, making the session if it does not exist yet. */
  async append({ agentId, sessionKey }: Identity, text: string): Promise<void> {
    const sdk = await this.#sdk();
    if (!sdk) return;
    const { session } = this.#runtime.agent;
    let sessionId = session.getSessionEntry({ agentId, sessionKey })?.sessionId;
    if (sessionId === undefined) {
      sessionId = randomUUID();
      await session.upsertSessionEntry({ agentId, sessionKey, entry: { sessionId, updatedAt: this.#clock.now() } });
    }
    await sdk.appendSessionTranscriptMessageByIdentity({
      agentId,
      sessionKey,
      sessionId,
      config: this.#runtime.config.current(),
      message: {
        role: "assistant",
        content: [{ type: "text", text }],
        api: "openai-completions",
        provider: "openclaw",
        model: "voice-call",
        stopReason: "stop",
        timestamp: this.#clock.now(),
        usage: NO_USAGE,
      },
    });
  }

  async #sdk(): Promise<TranscriptSdk | undefined> {
    if (this.#missing) return undefined;
    try {
      const sdk = await this.#load();
      if (typeof sdk.appendSessionTranscriptMessageByIdentity === "function") return sdk;
    } catch {
      // Told below: one line for the life of the process.
    }
    this.#missing = true;
    this.#log.warn("voice call: this host cannot keep greetings in the agent's session; the agent will not know them");
    return undefined;
  }
}
