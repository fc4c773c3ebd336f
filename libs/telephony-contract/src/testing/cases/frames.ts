import { bytesPerSample, type AudioFormat } from "../../audio.ts";
import type { CarrierCapabilities } from "../../capabilities.ts";
import type { DecodedFrame, FrameCodec, FrameSession } from "../../media.ts";
import { HarnessError, ensure, ensureSame, show, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { NetworkSocket } from "../harness.ts";
import type { Session } from "../session.ts";
import { can, holdSteps, step } from "../steps.ts";
import { mentions } from "./plans.ts";

const framed = ({ media }: CarrierCapabilities) => media?.transport === "socket";

/** 20 ms of 8 kHz, or 10 ms of a wider format: no two bytes that belong together are the same. */
const SOUND = Uint8Array.from({ length: 160 }, (_, index) => (index * 7) % 256);

/** Rules B16 to B20 of carriers that bring a frame codec and connect to the engine's socket. */
export const FRAME_CASES: readonly ConformanceCase[] = [
  {
    rule: "B16.format",
    applies: framed,
    async run(session) {
      for (const formatIn of session.capabilities.media?.formats ?? []) {
        for (const formatOut of session.capabilities.media?.formats ?? []) {
          const { started } = openStream(session, formatIn, formatOut);
          ensureSame([started.formatIn, started.formatOut], [formatIn, formatOut], "formats of a stream");
        }
      }
    },
  },
  {
    rule: "B17.garbage",
    applies: framed,
    async run(session) {
      const { codec, socket, network } = openStream(session);
      const whole = network.write({ type: "audio", payload: SOUND, track: "inbound" });
      const cut = whole.filter((message) => typeof message === "string").map((message) => message.slice(0, message.length >> 1));
      const nonsense = ["@@ not a frame @@", "{", "null", "[]", "1", '"x"', "{}", '{"event":"unheard-of"}', "[".repeat(10_000), ...cut];
      for (const text of nonsense) {
        for (const target of [socket, codec.open()]) {
          const frames = withoutThrowing(`decode of ${show(text.slice(0, 40))}`, () => target.decode(received(target, text)));
          const strange = frames.find(({ type }) => type !== "error");
          ensure(strange === undefined, `nonsense is decoded as "${String(strange?.type)}"`);
        }
      }
      ensure(socket.decode(received(socket, "@@ not a frame @@")).length > 0, "a message that breaks the protocol is not an error");
      for (const bytes of [new Uint8Array(), Uint8Array.of(0), Uint8Array.of(0xff, 0xfe, 0xfd)]) {
        withoutThrowing("decode of strange bytes", () => codec.open().decode(bytes));
      }
    },
  },
  {
    rule: "B17.audio-in",
    applies: framed,
    async run(session) {
      const { network, decode } = openStream(session);
      for (const track of ["inbound", "outbound"] as const) {
        const messages = network.write({ type: "audio", payload: SOUND, track, seq: 1, timeMs: 20 });
        if (messages.length === 0 && track === "outbound") continue; // The network sends only what the caller says.
        const audio = decode(messages).filter((frame) => frame.type === "audio");
        ensureSame(joined(audio.map((frame) => frame.payload)), SOUND, `bytes of ${track} audio`);
        ensure(audio.every((frame) => frame.track === track), `${track} audio is on another track`);
      }
    },
  },
  {
    rule: "B17.audio-out",
    applies: framed,
    async run(session) {
      const stream = openStream(session);
      const chunks = [1, 2, 3].map((value) => chunk(stream, value));
      ensureSame(joined(chunks.map((payload) => sendAudio(stream, payload))), joined(chunks), "bytes of audio that we send");
    },
  },
  {
    rule: "B17.limits",
    applies: framed,
    async run(session) {
      const stream = openStream(session);
      const { codec, socket } = stream;
      const { maxMessageBytes, minChunkMs, maxChunkMs, maxBufferedMs } = codec.limits;
      ensure(minChunkMs > 0 && minChunkMs <= maxChunkMs, `chunks of ${minChunkMs} to ${maxChunkMs} ms are not in order`);
      ensure(maxBufferedMs >= maxChunkMs, `a buffer of ${maxBufferedMs} ms holds no chunk of ${maxChunkMs} ms`);
      ensure(Number.isInteger(maxMessageBytes) && maxMessageBytes > 0, `${maxMessageBytes} is no size of a message`);
      for (const ms of [minChunkMs, maxChunkMs]) {
        const payload = chunk(stream, 0x55, ms);
        const largest = Math.max(...socket.encode({ type: "audio", payload }).map((message) => Buffer.byteLength(message)));
        ensure(largest <= maxMessageBytes, `a chunk of ${ms} ms makes a message of ${largest} bytes, beyond ${maxMessageBytes}`);
        ensureSame(sendAudio(stream, payload).length, payload.length, `bytes of a chunk of ${ms} ms that the network takes`);
      }
    },
  },
  {
    rule: "B17.marks",
    applies: (capabilities) => framed(capabilities) && capabilities.media?.marks === true,
    async run(session) {
      const { network, socket, decode } = openStream(session);
      const sent = ["g1-m1", "g1-m2"].flatMap((name) => network.read(socket.encode({ type: "mark", name })));
      ensureSame(sent, [{ type: "mark", name: "g1-m1" }, { type: "mark", name: "g1-m2" }], "marks that the network understood");
      const back = decode(network.write({ type: "mark", name: "g1-m2" }));
      ensureSame(back, [{ type: "mark", name: "g1-m2" }], "a mark that came back");
    },
  },
  {
    rule: "B17.clear",
    applies: (capabilities) => framed(capabilities) && capabilities.media?.clear === true,
    async run(session) {
      const { network, socket } = openStream(session);
      ensureSame(network.read(socket.encode({ type: "clear" })), [{ type: "clear" }], "what the network understood of a clear");
    },
  },
  {
    rule: "B17.digits-in",
    applies: (capabilities) => framed(capabilities) && capabilities.dtmfIn?.media === "stream",
    async run(session) {
      const { network, decode } = openStream(session);
      const digits = ["5", "#"].flatMap((digit) => decode(network.write({ type: "dtmf", digit })));
      ensureSame(digits.map((frame) => (frame.type === "dtmf" ? frame.digit : frame.type)), ["5", "#"], "keys in the stream");
    },
  },
  {
    rule: "A13.media-source",
    applies: (capabilities) => framed(capabilities) && capabilities.dtmfIn?.media === "event",
    async run(session) {
      const { network, decode } = openStream(session);
      ensureSame(decode(network.write({ type: "dtmf", digit: "5" })), [], "frames of a key that is declared as an event");
    },
  },
  {
    rule: "A13.stream-digits",
    applies: (capabilities) => framed(capabilities) && capabilities.dtmfOut?.media === "stream",
    async run(session) {
      const { network, socket } = openStream(session);
      const sent = network.read(socket.encode({ type: "dtmf", digits: "12#" }));
      ensureSame(sent.map((frame) => (frame.type === "dtmf" ? frame.digits : frame.type)).join(""), "12#", "keys that the network understood");
    },
  },
  {
    rule: "B17.stop",
    applies: framed,
    async run(session) {
      const { network, decode } = openStream(session);
      ensureSame(decode(network.write({ type: "stopped" })).map(({ type }) => type), ["stopped"], "the end of a stream");
    },
  },
  {
    rule: "B17.isolation",
    applies: framed,
    async run(session) {
      const codec = codecOf(session);
      const [first, second] = [openStream(session, undefined, undefined, codec), openStream(session, undefined, undefined, codec)];
      for (const [stream, value] of [[first, 1], [second, 2], [first, 3]] as const) {
        ensureSame(sendAudio(stream, chunk(stream, value)), chunk(stream, value), "audio that we send on one of two sockets");
      }
      for (const stream of [first, second]) {
        const heard = stream.decode(stream.network.write({ type: "audio", payload: SOUND, track: "inbound" }));
        ensureSame(heard.map(({ type }) => type), ["audio"], "audio that comes on one of two sockets");
      }
    },
  },
  {
    rule: "B17.upgrade",
    applies: framed,
    async run(session) {
      const codec = codecOf(session);
      if (!codec.authorizeUpgrade) return; // It is optional: the token in the path is asked in any case.
      const socket = networkSocket(session);
      if (!socket.upgrade) throw new HarnessError("the network's socket has no upgrade(), which authorizeUpgrade needs");
      const request = socket.upgrade(session.minting.mintMedia());
      const ask = (asked: typeof request) => withoutThrowing("authorizeUpgrade", () => codec.authorizeUpgrade?.(asked));
      ensureSame(ask(request), true, "an upgrade request of the network");
      ensureSame(ask({ ...request, url: `${request.url}x` }), false, "an upgrade request for another URL");
    },
  },
  {
    rule: "B18.call-ids",
    applies: framed,
    async run(session) {
      const { started } = openStream(session, undefined, undefined, codecOf(session), ["N-17"]);
      ensure(started.carrierIds.includes("N-17"), `the start names ${show(started.carrierIds)} and not the call`);
    },
  },
  {
    rule: "B18.media-url",
    applies: (capabilities) => framed(capabilities) && can(capabilities, "connectMedia"),
    async run(session) {
      const url = session.minting.mintMedia();
      await session.openCall({ steps: [step.connectMedia(url)] });
      await session.patience.until(() => session.mediaUrls.length > 0, "the network would open no audio connection");
      ensureSame(session.mediaUrls, [url], "URLs of the audio connection");
    },
  },
  {
    rule: "B20.continuation",
    applies: (capabilities) => capabilities.flow === "pull" && can(capabilities, "connectMedia"),
    async run(session) {
      const call = session.calls.create({ direction: "outbound", from: "+15550100001", to: "+15550100002" }, { steps: holdSteps(session.capabilities) });
      const plan = { ...call.plan, steps: [step.connectMedia(session.minting.mintMedia())] };
      const body = withoutThrowing("render", () => session.carrier.render?.(plan, call.urls))?.body ?? "";
      ensure(mentions(body, call.urls.continuation), "a document that connects audio has no continuation behind it");
    },
  },
];

interface Stream {
  readonly codec: FrameCodec;
  readonly socket: FrameSession;
  readonly network: NetworkSocket;
  readonly started: Extract<DecodedFrame, { type: "started" }>;
  decode(messages: readonly (string | Uint8Array)[]): DecodedFrame[];
}

/** A socket of the carrier's with its network's end, after the start. */
function openStream(session: Session, formatIn?: AudioFormat, formatOut?: AudioFormat, codec = codecOf(session), carrierIds = ["N-1"]): Stream {
  const [first] = session.capabilities.media?.formats ?? [];
  const [incoming, outgoing] = [formatIn ?? first, formatOut ?? formatIn ?? first];
  ensure(incoming !== undefined && outgoing !== undefined, "media.formats is empty");
  const network = networkSocket(session);
  const socket = codec.open();
  const decode = (messages: readonly (string | Uint8Array)[]) => messages.flatMap((message) => withoutThrowing("decode", () => socket.decode(received(socket, message))).map(kept));
  const frames = decode(network.write({ type: "started", carrierIds, formatIn: incoming, formatOut: outgoing }));
  const started = frames.find((frame) => frame.type === "started");
  ensure(started !== undefined, `the start of a stream is decoded as ${show(frames)}`);
  return { codec, socket, network, started, decode };
}

/** A message as the engine gives it to a codec. */
function received({ takesUtf8 }: FrameSession, message: string | Uint8Array): string | Uint8Array {
  return takesUtf8 && typeof message === "string" ? new TextEncoder().encode(message) : message;
}

/** A frame whose audio the next message does not overwrite. */
function kept(frame: DecodedFrame): DecodedFrame {
  return frame.type === "audio" ? { ...frame, payload: new Uint8Array(frame.payload) } : frame;
}

function codecOf({ carrier }: Session): FrameCodec {
  ensure(carrier.frames !== undefined, 'media.transport "socket" needs frames');
  return carrier.frames;
}

function networkSocket({ harness }: Session): NetworkSocket {
  if (!harness.openSocket) throw new HarnessError('the harness has no openSocket(), which media.transport "socket" needs');
  return harness.openSocket();
}

/** Audio of the smallest duration that the carrier takes, or of `ms`, each byte `value`. */
function chunk({ codec, started: { formatOut } }: Stream, value: number, ms = codec.limits.minChunkMs): Uint8Array {
  const samples = Math.max(1, Math.floor((formatOut.sampleRate * ms) / 1000));
  return new Uint8Array(samples * bytesPerSample(formatOut)).fill(value);
}

/** What the network hears of a chunk that we send. */
function sendAudio({ network, socket }: Stream, payload: Uint8Array): Uint8Array {
  const heard = network.read(socket.encode({ type: "audio", payload }));
  return joined(heard.flatMap((frame) => (frame.type === "audio" ? [frame.payload] : [])));
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
}
