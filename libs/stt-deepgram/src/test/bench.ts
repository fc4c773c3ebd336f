import { MULAW_8K, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import type { SocketProtocol, SocketWire } from "@openclaw/telephony-kit";
import type { DeepgramConfig } from "../config.ts";
import { createSession } from "../session.ts";

/** A request for the caller of a German call. */
export const REQUEST: TranscriberRequest = { format: MULAW_8K, endSilenceMs: 800, onEvent: () => undefined, signal: new AbortController().signal };

/** A session whose connection is the test's. */
export function openBench(config: Partial<DeepgramConfig> = {}) {
  const events: TranscriberEvent[] = [];
  const said: string[] = [];
  const protocol: SocketProtocol = createSession({ apiKey: "key", ...config }, REQUEST, (event) => events.push(event));
  const wire: SocketWire & { startMs: number; sentMs: number } = {
    startMs: 0,
    sentMs: 0,
    send: (message) => said.push(String(message)),
    feed: (silence) => said.push(`silence ${silence.length / 8}`),
    ready: () => said.push("ready"),
    heardThrough: (ms) => said.push(`heard ${ms}`),
    flushed: () => said.push("flushed"),
    finished: () => said.push("finished"),
    fail: (error) => said.push(`fail ${error.code}`),
    lost: (error) => said.push(`lost ${error.code}`),
  };
  return {
    protocol,
    wire,
    events,
    /** What the session did with its connection. */
    said,
    receives: (message: object) => protocol.received(JSON.stringify(message), wire),
    /** What was reported, in short. */
    told: () => events.map((event) => [event.type, "itemId" in event ? event.itemId : "", "text" in event ? event.text : ""].join(" ").trim()),
  };
}
