import type { FrameCodec, MediaClose, MediaLink, MediaLinkEvent } from "@openclaw/telephony-contract";
import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { MediaServer, type MediaAdmission } from "./media-server.ts";
import { MemorySocket } from "./memory-socket.test-support.ts";
import { carrierSays, strictCodec } from "./strict-codec.test-support.ts";

/** A media server on a virtual clock. Call `a` has the carrier ids `CA` and `leg-a`, and so on for every call. */
export function createMediaRoom() {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const limits = { preStartTimeoutMs: 5000, maxPendingConnections: 32, maxPendingConnectionsPerIp: 4, maxConnections: 128 };
  const calls = new Set(["a", "b", "c"]);
  const frames: { codec: FrameCodec } = { codec: strictCodec };
  const links: { readonly callId: string; readonly link: MediaLink }[] = [];
  /** What the owner does with a new link. */
  const owner: { attached?: (link: MediaLink) => void } = {};
  const server = new MediaServer({
    clock,
    log,
    limits: () => limits,
    call: (callId) => (calls.has(callId) ? { frames: frames.codec, carrierIds: () => [`C${callId.toUpperCase()}`, `leg-${callId}`] } : undefined),
    attached(callId, link) {
      links.push({ callId, link });
      owner.attached?.(link);
    },
  });

  const ask = (token: string, from: { readonly ip?: string; readonly headers?: Record<string, string> } = {}) =>
    server.admit({ url: `wss://voice.example.com/voice/stream/${token}`, headers: from.headers ?? {}, remoteAddress: from.ip ?? "192.0.2.1" });

  /** Why a request is refused; nothing where it is admitted. The admission is given back. */
  const refusal = (token: string, from?: Parameters<typeof ask>[1]) => {
    const asked = ask(token, from);
    if ("refusal" in asked) return asked.refusal;
    asked.abandon();
    return undefined;
  };

  const admitted = (token: string, from?: Parameters<typeof ask>[1]): MediaAdmission => {
    const asked = ask(token, from);
    if ("refusal" in asked) throw new Error(`refused: ${asked.refusal.reason}`);
    return asked;
  };

  /** A socket that was let in and has said nothing. */
  const connect = (token: string, from?: Parameters<typeof ask>[1], socket = new MemorySocket()): MemorySocket => {
    admitted(token, from).accept(socket);
    return socket;
  };

  /** A stream that runs. */
  const stream = (callId = "a", token = `token${callId}`, socket?: MemorySocket) => {
    server.expect(callId, token);
    const wire = connect(token, {}, socket);
    wire.say(carrierSays.hello(), carrierSays.begin([`C${callId.toUpperCase()}`]));
    const link = links.at(-1)?.link;
    if (!link) throw new Error("the stream did not start");
    return { socket: wire, link };
  };

  const logged = (level: "info" | "warn" | "error") => log.lines.filter((line) => line.level === level);

  return { clock, log, logged, limits, calls, frames, links, owner, server, ask, admitted, refusal, connect, stream };
}

/** Everything that a link reports, with the first byte of audio for its payload. */
export function listenTo(link: MediaLink): (string | number)[] {
  const heard: (string | number)[] = [];
  link.listen((event) => void heard.push(brief(event)));
  return heard;
}

function brief(event: MediaLinkEvent): string | number {
  switch (event.type) {
    case "audio":
      return event.payload[0] ?? -1;
    case "dtmf":
      return `key ${event.digit}`;
    case "mark":
      return `mark ${event.name}`;
    case "cleared":
      return "cleared";
    case "error":
      return `error ${event.code}`;
  }
}

/** How a link ended; nothing while it has not. */
export async function endOf(link: MediaLink): Promise<MediaClose | undefined> {
  return Promise.race([link.closed, new Promise<undefined>((resolve) => void setImmediate(() => resolve(undefined)))]);
}
