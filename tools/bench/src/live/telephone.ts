import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIVE_AUDIO_DEFAULTS, createTelephone, openCallStore, randomIds, systemClock, type Telephone, type TelephoneSettings } from "@openclaw/call-engine";
import { silentLog } from "@openclaw/phone-network/wire";
import { MULAW_8K, createRegistry, pcm16, registerProvider, type AudioFormat, type CarrierDefinition, type DecodedFrame, type FrameCodec, type FrameSession, type FrameToEncode } from "@openclaw/telephony-contract";
import { twilioDefinition } from "@openclaw/voice-call-twilio";
import { ACCOUNT } from "@openclaw/voice-call-twilio/testing";
import { OUR_NUMBER, PUBLIC_URL } from "../webhooks/messages.ts";
import type { EchoManners } from "./echo-shape.ts";
import { Histogram } from "./histogram.ts";
import { stubAgent, type AgentManners } from "./reply.ts";
import { stubTranscriber, type StubEar } from "./stub-ear.ts";
import { stubVoice, type VoiceManners } from "./stub-voice.ts";
import { memoryInUse, processorTime, type Usage } from "./usage.ts";

/** What ears and voices take: `mulaw` is the telephone's own, anything else is converted both ways. */
export const FORMATS: Readonly<Record<"mulaw" | "pcm24k", AudioFormat>> = { mulaw: MULAW_8K, pcm24k: pcm16(24_000) };

/** A telephone whose ears, voices and agent cost nothing. */
export interface TelephoneManners {
  readonly format: keyof typeof FORMATS;
  /** Where it gives its callers back what they say. */
  readonly echo?: EchoManners;
  /** Default: one that takes no time. */
  readonly agent?: AgentManners;
  readonly voice?: Pick<VoiceManners, "firstMs" | "realTimeFactor" | "whole">;
}

/** Longer than any benchmark. */
const LONG_MS = 3_600_000;
/** More streams than any machine carries. */
const MANY = 100_000;

const SETTINGS: Omit<TelephoneSettings, "carrier" | "carrierConfig"> = {
  ...LIVE_AUDIO_DEFAULTS,
  streaming: { ...LIVE_AUDIO_DEFAULTS.streaming, transcriber: "stub-ear", maxPendingConnections: MANY, maxPendingConnectionsPerIp: MANY, maxConnections: MANY },
  speech: { provider: "stub-voice", section: {} },
  audioMode: "streaming",
  fromNumber: OUR_NUMBER,
  defaultMode: "conversation",
  notifyHangupDelayMs: 1000,
  machineDetection: "off",
  outbound: { premiumRate: "refuse" },
  transfer: { allowTo: [] },
  inboundPolicy: "open",
  allowFrom: [],
  numbers: {},
  sessionScope: "per-call",
  responseTimeoutMs: 30_000,
  maxDurationMs: LONG_MS,
  staleCallMs: LONG_MS,
  silenceTimeoutMs: 800,
  transcriptTimeoutMs: LONG_MS,
  ringTimeoutMs: LONG_MS,
  maxConcurrentCalls: MANY,
  publicUrl: PUBLIC_URL,
  serve: { port: 0, bind: "127.0.0.1", path: new URL(PUBLIC_URL).pathname },
};

/**
 * A telephone that serves, with everything on: its listener, Twilio's signatures and frame codec, tokens, ears, voices,
 * playback with its accounts, and a store on the disk. What is outside of it costs nothing.
 */
export class BenchTelephone {
  readonly port: number;
  readonly #telephone: Telephone;
  readonly #interruptions: Interruptions;

  private constructor(telephone: Telephone, interruptions: Interruptions) {
    this.#telephone = telephone;
    this.#interruptions = interruptions;
    this.port = Number(new URL(telephone.webhook.localUrl ?? "").port);
  }

  static async start({ format, echo, agent, voice }: TelephoneManners): Promise<BenchTelephone> {
    const registry = createRegistry();
    const from = { mode: "full", package: "bench", version: "1.0.0" } as const;
    const ears: StubEar[] = [];
    const interruptions = new Interruptions();
    // An echo is never interrupted.
    registerProvider(echo ? twilioDefinition : interruptions.watch(twilioDefinition), from, registry);
    registerProvider(stubTranscriber(ears, { format: FORMATS[format], ...(echo && { echoFrom: echo.from }), onWords: () => interruptions.begin() }), from, registry);
    registerProvider(stubVoice(ears, { format: FORMATS[format], firstMs: 0, realTimeFactor: 0, ...voice, ...(echo && { pieceFrames: echo.pieceFrames }) }), from, registry);
    const directory = mkdtempSync(join(tmpdir(), "bench-live-"));
    process.once("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));
    const { accountSid, authToken } = ACCOUNT;
    // Nothing asks for the carrier's API as long as callers hang up by themselves; where something did, nobody is there.
    const settings: TelephoneSettings = { ...SETTINGS, carrier: twilioDefinition.id, carrierConfig: { accountSid, authToken, baseUrl: "http://127.0.0.1:9" } };
    const telephone = createTelephone({
      settings: () => settings,
      ports: {
        clock: systemClock,
        log: silentLog,
        store: openCallStore({ directory, clock: systemClock, log: silentLog }),
        registry,
        providerModes: ["full"],
        prepareSection: (_definition, section) => Promise.resolve(section),
        ids: randomIds,
        responder: stubAgent(agent ?? { firstMs: 0, tokensPerSecond: 0, streams: true }),
      },
    });
    await telephone.start();
    return new BenchTelephone(telephone, interruptions);
  }

  /** What is left of calls: nothing, after all have hung up. */
  left(): number {
    const { tokens, pending, active, playing } = this.#telephone.media.sizes;
    return tokens + pending + active + playing;
  }

  processorTime(): Pick<Usage, "userMicros" | "cpuMicros"> {
    return processorTime();
  }

  memory(): Promise<Pick<Usage, "residentKb" | "liveKb">> {
    return memoryInUse();
  }

  interruptions(): { readonly count: number; readonly p50: number; readonly p99: number } {
    return this.#interruptions.take();
  }
}

/** Time from the word of a transcriber to the message that has the carrier drop our voice, inside the process. */
class Interruptions {
  readonly #times = new Histogram();
  #begunAt = NaN;

  begin(): void {
    this.#begunAt = performance.now();
  }

  /** What is dropped a second time, because the caller has said it all, is not counted. */
  #end(): void {
    if (!Number.isNaN(this.#begunAt)) this.#times.add(performance.now() - this.#begunAt);
    this.#begunAt = NaN;
  }

  take(): { readonly count: number; readonly p50: number; readonly p99: number } {
    const result = { count: this.#times.count, p50: this.#times.at(0.5), p99: this.#times.at(0.99) };
    this.#times.clear();
    return result;
  }

  /** The same carrier, whose codec is looked over the shoulder. */
  watch<Config>(definition: CarrierDefinition<Config>): CarrierDefinition<Config> {
    return {
      ...definition,
      create: async (config, context) => {
        const carrier = await definition.create(config, context);
        return carrier.frames ? { ...carrier, frames: this.#watchFrames(carrier.frames) } : carrier;
      },
    };
  }

  #watchFrames(frames: FrameCodec): FrameCodec {
    const cleared = () => this.#end();
    return { ...frames, open: () => new WatchedSession(frames.open(), cleared) };
  }
}

/** A session that tells when it has worded a clear. */
class WatchedSession implements FrameSession {
  constructor(
    private readonly session: FrameSession,
    private readonly cleared: () => void,
  ) {}

  get takesUtf8(): boolean {
    return this.session.takesUtf8 ?? false;
  }

  decode(message: string | Uint8Array): readonly DecodedFrame[] {
    return this.session.decode(message);
  }

  encode(frame: FrameToEncode): readonly (string | Uint8Array)[] {
    const messages = this.session.encode(frame);
    if (frame.type === "clear") this.cleared();
    return messages;
  }
}
