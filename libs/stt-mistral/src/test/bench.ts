import { MULAW_8K, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import { silence, type SocketProtocol, type SocketWire } from "@openclaw/telephony-kit";
import type { MistralConfig } from "../config.ts";
import { MistralSession } from "../session.ts";

/** What the telephone asks for a call in G.711. */
export const REQUEST: TranscriberRequest = { format: MULAW_8K, endSilenceMs: 800, onEvent: () => undefined, signal: new AbortController().signal };

/** A session whose connection is the test's. */
export function openBench(config: Partial<MistralConfig> = {}) {
  const events: TranscriberEvent[] = [];
  const said: string[] = [];
  const protocol: SocketProtocol = new MistralSession({ apiKey: "key", ...config }, REQUEST, (event) => events.push(event));
  const wire: SocketWire & { startMs: number; sentMs: number } = {
    startMs: 0,
    sentMs: 0,
    send: (message) => said.push((JSON.parse(String(message)) as { readonly type: string }).type),
    feed: (quiet) => said.push(`silence ${quiet.length / 8}`),
    ready: () => said.push("ready"),
    heardThrough: (ms) => said.push(`heard ${ms}`),
    flushed: () => said.push("flushed"),
    finished: () => said.push("finished"),
    fail: (error) => said.push(`fail ${error.code}`),
    lost: (error) => said.push(`lost ${error.code}`),
  };
  const receives = (message: object) => protocol.received(JSON.stringify(message), wire);
  protocol.opened?.(wire);
  return {
    protocol,
    wire,
    events,
    /** What the session did with its connection. */
    said,
    receives,
    writes: (...texts: readonly string[]) => texts.forEach((text) => receives({ type: "transcription.text.delta", text })),
    segment: (text: string, more: object = {}) => receives({ type: "transcription.segment", text, ...more }),
    done: (text: string) => receives({ type: "transcription.done", text }),
    /** So much audio is sent. */
    hears: async (ms: number) => {
      wire.sentMs += ms;
      protocol.encodeAudio(silence(MULAW_8K, ms));
      await Promise.resolve();
    },
    flush: () => protocol.flush?.(wire),
    /** What was reported, in short. */
    told: () => events.map((event) => [event.type, "itemId" in event ? event.itemId : "", "text" in event ? event.text : ""].join(" ").trim()),
    finals: () => events.flatMap((event) => (event.type === "final" ? [`${event.itemId} ${event.text}`] : [])),
  };
}
