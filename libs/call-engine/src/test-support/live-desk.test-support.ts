import {
  CONTRACT,
  MULAW_8K,
  type TelephonyError,
  registerProvider,
  type CarrierCapabilities,
  type MediaClose,
  type MediaLink,
  type MediaLinkEvent,
  type SpeechRequest,
  type SpeechSynthesizerDefinition,
  type StandardSchema,
  type TranscriberDefinition,
  type TranscriberEvent,
  type TranscriberRequest,
} from "@openclaw/telephony-contract";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { DeskCarrier, PULL, PUSH } from "./desk-carrier.test-support.ts";
import { createDesk, type Desk } from "./desk.test-support.ts";

const media = { native: "yes", media: "yes" } as const;

/** A carrier that takes commands and hands over links. */
export const LIVE_PUSH: CarrierCapabilities = {
  ...PUSH,
  audioModes: ["native", "streaming"],
  steps: { ...PUSH.steps, connectMedia: { native: "yes" }, transfer: { native: "yes", media: "tears-media" } },
  dtmfIn: { media: "stream" },
  dtmfOut: { native: "command", media: "in-band" },
  media: { transport: "attached", formats: [MULAW_8K], marks: true, clear: true, recovery: "reissue" },
};

/** A carrier that asks for documents and hands over links. */
export const LIVE_PULL: CarrierCapabilities = {
  ...PULL,
  audioModes: ["native", "streaming"],
  steps: { ...PULL.steps, connectMedia: media, transfer: { native: "yes", media: "tears-media" } },
  dtmfIn: { media: "stream" },
  dtmfOut: { media: "in-band" },
  media: { transport: "attached", formats: [MULAW_8K], marks: true, clear: true, recovery: "refetch" },
};

/** A wire in the tester's hands. It plays nothing by itself: marks come back when the test says so, or at once. */
export class TestLink implements MediaLink {
  readonly formatIn = MULAW_8K;
  readonly formatOut = MULAW_8K;
  sentBytes = 0;
  clears = 0;
  readonly marks: string[] = [];
  readonly closed: Promise<MediaClose>;
  #close!: (close: MediaClose) => void;
  #listener: (event: MediaLinkEvent) => void = () => {};
  closedBecause: string | undefined;

  constructor(private readonly echoesMarks = true) {
    this.closed = new Promise((resolve) => (this.#close = resolve));
  }

  send(audio: Uint8Array): boolean {
    this.sentBytes += audio.length;
    return true;
  }
  writable(): Promise<void> {
    return Promise.resolve();
  }
  mark(name: string): void {
    this.marks.push(name);
  }
  clear(): void {
    this.clears++;
  }
  listen(listener: (event: MediaLinkEvent) => void): void {
    this.#listener = listener;
  }
  close(reason: string): void {
    this.end("us", reason);
  }

  /** Everything that was marked so far was played. */
  playMarks(): void {
    if (!this.echoesMarks) return;
    for (const name of this.marks.splice(0)) this.#listener({ type: "mark", name });
  }
  press(digit: string): void {
    this.#listener({ type: "dtmf", digit });
  }
  audio(payload: Uint8Array, timeMs = 0): void {
    this.#listener({ type: "audio", payload, timeMs });
  }
  end(by: MediaClose["by"], reason: string): void {
    this.closedBecause ??= reason;
    this.#close({ by, reason });
  }
}

/** One session of the test's transcriber. */
export interface TestEar extends TranscriberRequest {
  readonly received: number;
  closed: boolean;
  flushes: number;
}

const anything: StandardSchema<Record<string, unknown>> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: (value ?? {}) as Record<string, unknown> }) },
};

/** What the voice does with a text. */
export type SpeechScript = (request: SpeechRequest) => Promise<number | TelephonyError>;

/** A desk with live audio: the transcriber and the voice are in the tester's hands, too. */
export interface LiveDesk extends Desk {
  readonly ears: TestEar[];
  readonly spoken: string[];
  /** How long a text takes to be heard, or why it cannot be said. */
  speech: SpeechScript;
  /** The caller says something; the transcriber knows it a moment later. */
  callerSays(text: string): Promise<void>;
  /** Brings the audio of a call up. */
  connect(callId: string, link?: TestLink): Promise<TestLink>;
  /** A call that is answered, connected, and whose greeting is over. */
  talking(message?: string): Promise<{ readonly callId: string; readonly link: TestLink }>;
  /** Lets time pass in which the far end plays what it gets. */
  play(link: TestLink, ms: number): Promise<void>;
}

/** Milliseconds of audio for a character of text: a quick voice. */
const MS_PER_CHARACTER = 40;

/** Sets a live desk up, with its telephone started. */
export async function createLiveDesk(
  options: { readonly capabilities?: CarrierCapabilities; readonly settings?: Partial<TelephoneSettings>; readonly ports?: (ports: EnginePorts) => Partial<EnginePorts> } = {},
): Promise<LiveDesk> {
  const ears: TestEar[] = [];
  const spoken: string[] = [];
  let items = 0;
  const carrier = new DeskCarrier(options.capabilities ?? LIVE_PUSH);
  const script: { speech: SpeechScript } = { speech: ({ text }) => Promise.resolve(text.length * MS_PER_CHARACTER) };
  let live = script;
  const desk = await createDesk({
    carrier,
    settings: { audioMode: "streaming", ...options.settings },
    ports(ports) {
      const { registry } = ports;
      registerProvider(transcriber(ears), { mode: "full", package: "test-ear", version: "1.0.0" }, registry);
      registerProvider(voice(spoken, (request) => live.speech(request)), { mode: "full", package: "test-voice", version: "1.0.0" }, registry);
      return options.ports?.(ports) ?? {};
    },
  });
  const play = async (link: TestLink, ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 20) {
      await desk.clock.advance(20);
      link.playMarks();
    }
    await desk.clock.settle();
  };
  const connect = async (callId: string, link = new TestLink()): Promise<TestLink> => {
    carrier.context.media.attach(callId, link);
    await desk.clock.settle();
    return link;
  };
  const liveDesk = Object.assign(desk, {
    ...script,
    ears,
    spoken,
    async callerSays(text: string) {
      const itemId = `item-${++items}`;
      tell(ears, { type: "speechStarted", itemId });
      await desk.clock.advance(300);
      tell(ears, { type: "partial", itemId, text });
      await desk.clock.advance(100);
      tell(ears, { type: "final", itemId, text });
      await desk.clock.advance(40);
    },
    connect,
    play,
    async talking(message = "Hello, this is your agent.") {
      const callId = await desk.call({ message });
      carrier.emit("answered", callId);
      await desk.clock.settle();
      const link = await connect(callId);
      await play(link, message.length * MS_PER_CHARACTER + 1000);
      return { callId, link };
    },
  });
  live = liveDesk;
  return liveDesk;
}

/** Tells the latest session something. */
export function tell(ears: readonly TestEar[], event: TranscriberEvent): void {
  ears.at(-1)?.onEvent(event);
}

function transcriber(ears: TestEar[]): TranscriberDefinition {
  return {
    contract: CONTRACT,
    kind: "transcriber",
    id: "test-ear",
    label: "Test ear",
    capabilities: { formats: [MULAW_8K], partials: true, speechStart: true, endOfTurn: "provider", eagerEndOfTurn: true },
    config: anything,
    create: async () => ({
      open(request) {
        const ear = { ...request, received: 0, closed: false, flushes: 0 };
        ears.push(ear);
        return {
          write: (audio) => void (ear.received += audio.length),
          flush: async () => void ear.flushes++,
          close: async () => void (ear.closed = true),
        };
      },
      close: async () => {},
    }),
  };
}

function voice(spoken: string[], speech: SpeechScript): SpeechSynthesizerDefinition {
  return {
    contract: CONTRACT,
    kind: "speech-synthesizer",
    id: "host",
    label: "Test voice",
    capabilities: { formats: [MULAW_8K] },
    config: anything,
    create: async () => ({
      async synthesize(request) {
        const result = await speech(request);
        if (typeof result !== "number") throw result;
        spoken.push(request.text);
        return { format: MULAW_8K, audio: once(new Uint8Array(result * 8).fill(0x55)), spokenBy: { provider: "test" } };
      },
      close: async () => {},
    }),
  };
}

async function* once(audio: Uint8Array): AsyncIterable<Uint8Array> {
  yield audio;
}
