import { freePort, startGateway, startModelServer, startSpeechServer, type HostLab, type ModelReply, type ModelRequest, type ModelServer, type SpeechServer } from "@openclaw/host-lab";
import { HeldParty, type MediaStream } from "@openclaw/phone-network";
import type { LoopbackTranscription } from "@openclaw/phone-network/transcription";
import type { LoopbackCarrier } from "@openclaw/phone-network/wire";
import type { CarrierPackage } from "./carriers.ts";
import { OURS, packed, type CallOnRecord } from "./gateway-trial.ts";
import type { TranscriberPackage } from "./transcribers.ts";

const PUBLIC_ORIGIN = "https://voice.example.com";
const PATH = "/voice/webhook";
/** Longest that anything of a call may take here; on a quiet machine it is a few seconds. */
const PATIENCE_MS = 45_000;
export const GREETING = "Good morning, this is your agent.";

/** A person who does what the test says, on a call with live audio. */
export interface Talk {
  readonly callId: string;
  readonly party: HeldParty;
  /** Says something when it is their turn, and waits until so many texts were heard since. */
  say(text: string): Promise<void>;
  /** Waits until the person has heard all this, one text after another. */
  heard(...texts: string[]): Promise<void>;
  /** The call's media streams at the carrier, the oldest first. */
  readonly streams: readonly MediaStream[];
  /** Waits until the call is over, and gives its record. */
  over(): Promise<CallOnRecord>;
}

/** A real Gateway with the packed telephone, carriers and transcribers, and a strict fake of each, over real HTTP and WebSockets. */
export interface LiveGatewayTrial extends AsyncDisposable {
  readonly lab: HostLab;
  readonly speech: SpeechServer;
  readonly model: ModelServer;
  readonly ears: ReadonlyMap<string, LoopbackTranscription>;
  readonly carriers: ReadonlyMap<string, LoopbackCarrier>;
  /** The next calls go over this carrier and are heard by this transcriber. */
  use(carrier: string, transcriber: string): Promise<void>;
  /** Places a call over the carrier in use to a person who picks up, and waits until the greeting was heard. */
  talk(to: string): Promise<Talk>;
  eventually<Result>(look: () => Result | undefined | Promise<Result | undefined>, what: string): Promise<Result>;
}

/** Starts a Gateway with everything that can carry or hear. */
export async function openLiveGatewayTrial(carriers: readonly CarrierPackage[], transcribers: readonly TranscriberPackage[]): Promise<LiveGatewayTrial> {
  const port = await freePort();
  const tunnel = { from: PUBLIC_ORIGIN, to: `http://127.0.0.1:${port}` };
  const fakes = new Map<string, LoopbackCarrier>();
  for (const { id, startLoopbackCarrier } of carriers)
    if (startLoopbackCarrier) fakes.set(id, await startLoopbackCarrier({ tunnel, entryUrl: PUBLIC_ORIGIN + PATH }));
  const ears = new Map<string, LoopbackTranscription>();
  for (const { id, startLoopbackTranscription } of transcribers) ears.set(id, await startLoopbackTranscription());
  const speech = await startSpeechServer();
  const model = await startModelServer({ script: agentThatRepeats });
  const [firstCarrier = ""] = fakes.keys();
  const [firstEar = ""] = ears.keys();
  const lab = await startGateway({
    model: { server: model },
    install: ["@openclaw/voice-call", ...carriers.filter(({ id }) => fakes.has(id)).map(({ name }) => name), ...transcribers.map(({ name }) => name)].map(packed),
    config: {
      plugins: {
        entries: {
          "voice-call": {
            enabled: true,
            config: {
              enabled: true,
              provider: firstCarrier,
              fromNumber: OURS,
              publicUrl: PUBLIC_ORIGIN + PATH,
              serve: { port },
              inboundPolicy: "open",
              inboundGreeting: GREETING,
              maxConcurrentCalls: 20,
              streaming: { enabled: true, provider: firstEar, providers: Object.fromEntries([...ears].map(([id, { section }]) => [id, section])) },
              tts: { provider: "openai", providers: { openai: { apiKey: speech.apiKey, baseUrl: speech.baseUrl } } },
              ...Object.fromEntries([...fakes].map(([id, { section }]) => [id, section])),
            },
          },
        },
      },
    },
  });
  await lab.waitForLog(/the telephone is ready/);
  const parties = new Map<string, HeldParty>();
  for (const fake of fakes.values()) fake.network().setParty(({ direction, to }) => (direction === "outbound" ? parties.get(to) : undefined));
  let inUse = firstCarrier;
  const eventually: LiveGatewayTrial["eventually"] = async (look, what) => {
    for (const began = performance.now(); performance.now() - began < PATIENCE_MS; ) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    throw new Error(`${what} did not happen within ${PATIENCE_MS} ms\n${lab.logs().split("\n").slice(-20).join("\n")}`);
  };
  return {
    lab,
    speech,
    model,
    ears,
    carriers: fakes,
    eventually,
    async use(carrier, transcriber) {
      inUse = carrier;
      await lab.writeConfig({ plugins: { entries: { "voice-call": { config: { provider: carrier, streaming: { provider: transcriber } } } } } });
    },
    async talk(to) {
      const fake = fakes.get(inUse);
      if (!fake) throw new Error(`no fake of ${inUse}`);
      const party = new HeldParty();
      parties.set(to, party);
      const { callId } = (await lab.rpc("voicecall.start", { to, mode: "conversation", message: GREETING })) as { callId: string };
      await eventually(() => party.reached || undefined, "the telephone rings");
      party.answer();
      const texts = () => party.heard().flatMap((one) => (one.kind === "say" ? [one.text] : []));
      const record = async () => ((await lab.rpc("voicecall.status", { callId })) as { call?: CallOnRecord }).call;
      const talk: Talk = {
        callId,
        party,
        get streams() {
          const id = fake.network().calls().find((call) => call.to === to)?.id;
          return fake.streams.filter(({ call }) => call === id);
        },
        async heard(...wanted) {
          await eventually(() => texts().join(" ").endsWith(wanted.join(" ")) || undefined, `"${wanted.join(" ")}" is heard after "${texts().join(" | ")}"`);
        },
        async say(text) {
          await eventually(() => party.line.myTurn || undefined, "it is the person's turn");
          await party.say(text);
        },
        over: () =>
          eventually(async () => {
            const call = await record();
            return call?.endedAt === undefined ? undefined : call;
          }, "the call ends"),
      };
      await talk.heard(GREETING);
      return talk;
    },
    async [Symbol.asyncDispose]() {
      await lab.dispose();
      await Promise.all([...[...fakes.values()].map((fake) => fake.close()), ...[...ears.values()].map((ear) => ear.close()), speech.close(), model.close()]);
    },
  };
}

function agentThatRepeats({ lastUserText }: ModelRequest): ModelReply {
  return JSON.stringify({ spoken: `You said: ${lastUserText} Is that right?` });
}
