import { fileURLToPath } from "node:url";
import { freePort, startGateway, startModelServer, type HostLab, type ModelReply, type ModelRequest, type ModelServer } from "@openclaw/host-lab";
import { ScriptedPerson, type CallReport, type NetworkControls, type PartyLine, type RemoteParty, type ScriptMove } from "@openclaw/phone-network";
import type { LoopbackCarrier } from "@openclaw/phone-network/wire";
import type { CarrierPackage } from "./carriers.ts";

const PACKAGES = new URL("../../../dist/packages/", import.meta.url);
/** How the carrier and everybody outside call us; the tunnel behind it ends at the Gateway's own listener. */
const PUBLIC_ORIGIN = "https://voice.example.com";
const PATH = "/voice/webhook";
/** Longest that anything of a call may take here; on a quiet machine it is a second or two. */
const PATIENCE_MS = 30_000;

/** The number of the account, at every fake. */
export const OURS = "+15550100001";
export const FRIEND = "+15550111001";

/** People who answer soon and talk fast. */
const PEOPLE = { ringMs: 50, thinkingMs: 20, speakingMsPerWord: 20 };

/** What these tests read of a call. */
export interface CallOnRecord {
  readonly callId: string;
  readonly carrier: string;
  readonly carrierCallId?: string;
  readonly direction: string;
  readonly state: string;
  readonly from: string;
  readonly to: string;
  readonly answeredAt?: number;
  readonly endedAt?: number;
  readonly endReason?: string;
  readonly transcript: readonly { readonly speaker: string; readonly text: string; readonly digits?: boolean }[];
}

/** A real Gateway with the packed telephone and one packed carrier, which talks to a strict fake over real HTTP. */
export interface GatewayTrial extends AsyncDisposable {
  readonly lab: HostLab;
  readonly fake: LoopbackCarrier;
  readonly network: NetworkControls;
  readonly model: ModelServer;
  /** Places a call to a person who goes through a script, else to whoever the number's ending means. Returns our id of it. */
  call(to: string, script: readonly ScriptMove[] | undefined, request?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Calls that are not over. */
  live(): Promise<readonly CallOnRecord[]>;
  /** The call as the Gateway knows it, once it is as wished. */
  until(callId: string, is: (call: CallOnRecord) => boolean, what: string): Promise<CallOnRecord>;
  /** Waits until something is so. */
  eventually<Result>(look: () => Result | undefined | Promise<Result | undefined>, what: string): Promise<Result>;
  /** The latest call to or from a number, as the network knows it. */
  onNetwork(number: string): CallReport | undefined;
  /** Keys that the latest party heard. */
  readonly keys: string[];
}

/** Starts a Gateway for a carrier that has a wire. */
export async function openGatewayTrial({ id, name, startLoopbackCarrier }: CarrierPackage): Promise<GatewayTrial> {
  if (!startLoopbackCarrier) throw new Error(`${name} has no wire`);
  const port = await freePort();
  const tunnel = { from: PUBLIC_ORIGIN, to: `http://127.0.0.1:${port}` };
  const fake = await startLoopbackCarrier({ tunnel, entryUrl: PUBLIC_ORIGIN + PATH, people: PEOPLE });
  const model = await startModelServer({ script: agentThatRepeats });
  const lab = await startGateway({
    model: { server: model },
    install: [packed("@openclaw/voice-call"), packed(name)],
    config: {
      plugins: {
        entries: {
          "voice-call": {
            enabled: true,
            config: {
              enabled: true,
              provider: id,
              fromNumber: OURS,
              publicUrl: PUBLIC_ORIGIN + PATH,
              serve: { port },
              inboundPolicy: "allowlist",
              allowFrom: [FRIEND],
              inboundGreeting: "You have reached the lab.",
              maxConcurrentCalls: 4,
              outbound: { notifyHangupDelaySec: 0 },
              [id]: fake.section,
            },
          },
        },
      },
    },
  });
  await lab.waitForLog(/the telephone is ready/);
  const network = fake.network();
  const keys: string[] = [];
  const scripts = new Map<string, readonly ScriptMove[]>();
  network.setParty(({ direction, to }) => {
    const script = direction === "outbound" ? scripts.get(to) : undefined;
    return script && listener(new ScriptedPerson(script, PEOPLE), keys);
  });
  const eventually: GatewayTrial["eventually"] = async (look, what) => {
    for (const began = performance.now(); performance.now() - began < PATIENCE_MS; ) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not happen within ${PATIENCE_MS} ms\n${lab.logs().split("\n").slice(-15).join("\n")}`);
  };
  return {
    lab,
    fake,
    network,
    model,
    keys,
    eventually,
    async call(to, script, request = {}) {
      if (script) scripts.set(to, script);
      keys.length = 0;
      const { callId } = (await lab.rpc("voicecall.start", { to, mode: "conversation", ...request })) as { callId: string };
      return callId;
    },
    live: async () => ((await lab.rpc("voicecall.status", {})) as { calls: readonly CallOnRecord[] }).calls,
    until: (callId, is, what) =>
      eventually(async () => {
        const { call } = (await lab.rpc("voicecall.status", { callId })) as { call?: CallOnRecord };
        return call && is(call) ? call : undefined;
      }, what),
    onNetwork: (number) => network.calls().findLast(({ from, to }) => from === number || to === number),
    async [Symbol.asyncDispose]() {
      await lab.dispose();
      await fake.close();
      await model.close();
    },
  };
}

/** Path of a package as `npm run pack` left it. */
export function packed(name: string): string {
  return fileURLToPath(new URL(`${name.replace("@", "").replace("/", "-")}-1.0.0.tgz`, PACKAGES));
}

/** A person who also notes the keys that we press. */
function listener(person: RemoteParty, keys: string[]): RemoteParty {
  const note = (digit: string, _line: PartyLine) => void keys.push(digit);
  return new Proxy(person, { get: (target, key) => (key === "digit" ? note : bound(target, key)) });
}

function bound(target: object, key: string | symbol): unknown {
  const member = Reflect.get(target, key) as unknown;
  return typeof member === "function" ? (member as (...args: unknown[]) => unknown).bind(target) : member;
}

function agentThatRepeats({ lastUserText }: ModelRequest): ModelReply {
  return JSON.stringify({ spoken: `You said ${lastUserText}` });
}
