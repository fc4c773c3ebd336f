import { MULAW_8K, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import type { SocketWire } from "@openclaw/telephony-kit";
import type { ElevenLabsConfig } from "../config.ts";
import { ElevenLabsSession } from "../session.ts";

/** A request for the caller of a call. */
export const REQUEST: TranscriberRequest = { format: MULAW_8K, endSilenceMs: 800, onEvent: () => undefined, signal: new AbortController().signal };

/** A session whose connection is the test's. */
export function openBench(config: Partial<ElevenLabsConfig> = {}) {
  const events: TranscriberEvent[] = [];
  const said: string[] = [];
  const protocol = new ElevenLabsSession({ apiKey: "key", ...config }, REQUEST, (event) => events.push(event));
  const wire: SocketWire & { startMs: number; sentMs: number } = {
    startMs: 0,
    sentMs: 0,
    send: (message) => said.push(String(message)),
    feed: (silence) => said.push(`silence ${silence.length / 8}`),
    ready: () => said.push("ready"),
    heardThrough: (ms) => said.push(`heard ${ms}`),
    flushed: () => said.push("flushed"),
    finished: () => said.push("finished"),
    fail: (error) => said.push(`fail ${error.code}: ${error.message}`),
    lost: (error) => said.push(`lost ${error.code}: ${error.message}`),
  };
  return {
    protocol,
    wire,
    receives: (kind: string, fields: object = {}) => protocol.received(JSON.stringify({ message_type: kind, ...fields }), wire),
    /** What the session did since it was asked last. */
    did: () => said.splice(0),
    /** What was reported, in short. */
    told: () => events.map((event) => [event.type, "itemId" in event ? event.itemId : "", "text" in event ? event.text : ""].join(" ").trim()),
  };
}
