import { MULAW_8K, type TranscriberEvent, type TranscriberRequest } from "@openclaw/telephony-contract";
import type { SocketProtocol, SocketWire } from "@openclaw/telephony-kit";
import type { XAiConfig } from "../config.ts";
import { XAiSession } from "../session.ts";

/** What the telephone asks for a call in G.711. */
export const REQUEST: TranscriberRequest = { format: MULAW_8K, endSilenceMs: 800, onEvent: () => undefined, signal: new AbortController().signal };

/** What a text says of itself. */
interface Said {
  /** In seconds. */
  readonly from?: number;
  readonly to?: number;
  readonly locked?: boolean;
  readonly last?: boolean;
}

/** A session whose connection is the test's. */
export function openBench(config: Partial<XAiConfig> = {}) {
  const events: TranscriberEvent[] = [];
  const said: string[] = [];
  const protocol: SocketProtocol = new XAiSession({ apiKey: "key", ...config }, REQUEST, (event) => events.push(event));
  const wire: SocketWire & { startMs: number; sentMs: number } = {
    startMs: 0,
    sentMs: 0,
    send: (message) => said.push(String(message)),
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
    /** A text, from and to so many seconds. */
    hears: (text: string, { from, to, locked = false, last = false }: Said = {}) =>
      receives({
        type: "transcript.partial",
        text,
        is_final: locked || last,
        speech_final: last,
        ...(from !== undefined && to !== undefined && { start: from, duration: to - from }),
      }),
    done: (text: string) => receives({ type: "transcript.done", text, duration: 9 }),
    /** What was reported, in short. */
    told: () => events.map((event) => [event.type, "itemId" in event ? event.itemId : "", "text" in event ? event.text : ""].join(" ").trim()),
    finals: () => events.flatMap((event) => (event.type === "final" ? [`${event.itemId} ${event.text}`.trim()] : [])),
  };
}
