import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  LIVE_AUDIO_DEFAULTS,
  createTelephone,
  openCallStore,
  type CallRecord,
  type CallStore,
  type InitiateRequest,
  type ResponsePart,
  type ResponseRequest,
  type Telephone,
  type TelephoneSettings,
} from "@openclaw/call-engine";
import { createRegistry, registerProvider, type Carrier, type CarrierCapabilities, type CarrierContext, type DialResult, type TranscriberCapabilities } from "@openclaw/telephony-contract";
import { createVirtualClock, type LogLine, type LogRecorder, type RemoteParty, type TestNetwork, type VirtualClock } from "@openclaw/telephony-contract/testing";
import type { CarrierSubject, LiveKit } from "@openclaw/phone-network/wire";
import { capabilitiesIn } from "./carriers.ts";
import { passHeard, untilHeard } from "./live/beat.ts";
import { LiveParts } from "./live/live-parts.ts";
import { pass, settle, until } from "./patience.ts";
import { Post } from "./post.ts";

/** Numbers of every trial. */
export const OURS = "+15550100001";
export const THEIRS = "+15550100002";
export const PUBLIC_URL = "https://telephone.example.com/voice/webhook";

/** A question to the agent that a test answers by hand. */
export interface Question extends ResponseRequest {
  /** What the answer is so far, from its beginning. */
  write(cumulative: string): void;
  finish(...said: string[]): void;
  fail(error: Error): void;
}

/** The telephone with one carrier on its network, and everything around it in a test's hands. */
export interface Trial extends AsyncDisposable {
  readonly telephone: Telephone;
  readonly capabilities: CarrierCapabilities;
  readonly carrier: Carrier;
  readonly network: TestNetwork;
  readonly clock: VirtualClock;
  readonly log: LogRecorder;
  readonly store: CallStore;
  readonly post: Post;
  /** Ears, voice and media connections of calls with live audio. */
  readonly live: LiveParts;
  /** What the agent was asked, the oldest first. */
  readonly questions: readonly Question[];
  /** How the carrier took each call that we placed. */
  readonly dials: readonly DialResult["delivery"][];
  settings: TelephoneSettings;
  /** Forgets what was written down, so that what is measured is not the trial. */
  forget(): void;
  /** Places a call and waits until it rings. Returns our id of it and its far end. */
  call(request?: InitiateRequest): Promise<{ readonly callId: string; readonly party: RemoteParty }>;
  /** Places a conversation, has it answered, and waits until its greeting was heard and we listen. */
  talk(message?: string): Promise<{ readonly callId: string; readonly party: RemoteParty }>;
  /** Somebody calls us, and waits for what becomes of it. */
  receive(numbers?: { readonly from?: string; readonly to?: string }): Promise<RemoteParty>;
  /** Waits until something is so; virtual time moves on meanwhile. */
  until(holds: () => boolean, what: string, maxMs?: number): Promise<void>;
  /** Lets everything under way come to rest. */
  settle(): Promise<void>;
  /** Lets time pass. */
  pass(ms: number): Promise<void>;
  record(callId: string): CallRecord;
  /** Waits until the call listens to the far end. */
  listening(callId: string): Promise<void>;
  /** Waits until the agent was asked so many questions, and gives the latest. */
  question(count?: number): Promise<Question>;
}

const SETTINGS: Omit<TelephoneSettings, "carrier" | "carrierConfig"> = {
  ...LIVE_AUDIO_DEFAULTS,
  audioMode: "native",
  fromNumber: OURS,
  defaultMode: "conversation",
  notifyHangupDelayMs: 1000,
  machineDetection: "off",
  outbound: { premiumRate: "allow" },
  transfer: { allowTo: [THEIRS.slice(0, -1) + "*"] },
  inboundPolicy: "open",
  allowFrom: [],
  numbers: {},
  sessionScope: "per-phone",
  responseTimeoutMs: 30_000,
  maxDurationMs: 300_000,
  staleCallMs: 120_000,
  silenceTimeoutMs: 800,
  transcriptTimeoutMs: 20_000,
  ringTimeoutMs: 30_000,
  maxConcurrentCalls: 4,
  inboundGreeting: "Good day, how can I help?",
  publicUrl: PUBLIC_URL,
  serve: { port: 0, bind: "127.0.0.1", path: "/voice/webhook" },
};

/** What a trial may have otherwise. */
export interface TrialOptions {
  readonly settings?: Partial<TelephoneSettings>;
  /** The URL that is configured at the network for calls that reach us. Default: the public one. */
  readonly entryUrl?: string;
  /** Calls have live audio: the ear and the voice of the lab, which hear and speak tones. Default: no. */
  readonly live?: boolean;
  /** What the ear of the lab can do otherwise than usual. */
  readonly ear?: Partial<TranscriberCapabilities>;
}

/** Opens a trial of one carrier: the real engine on a store of its own, the carrier on its strict fake. */
export async function openTrial(subject: CarrierSubject, options: TrialOptions = {}): Promise<Trial> {
  const { definition } = subject;
  const capabilities = capabilitiesIn(subject);
  const clock = createVirtualClock();
  const lines: LogLine[] = [];
  const log = recordInto(lines);
  const post = new Post();
  const directory = mkdtempSync(join(tmpdir(), "voice-trial-"));
  const store = openCallStore({ directory, clock, log });
  const entryUrl = options.entryUrl ?? PUBLIC_URL;
  const live = new LiveParts(clock, () => telephone.media, options.ear);
  const kit: LiveKit = { clock, deliver: (request) => post.deliver(request), entryUrl, mediaRequested: () => undefined, ...(options.live && { connectMedia: live.path.connect }) };
  const harness = await subject.harness(kit);
  const dials: DialResult["delivery"][] = [];
  const requests = new Requests();
  const moment = { clock, underWay: () => requests.underWay + post.underWay };
  let carrier: Carrier | undefined;
  const registry = createRegistry();
  const create = async (_config: unknown, context: CarrierContext): Promise<Carrier> => {
    const deliver = post.connect((request) => context.webhooks.deliver(request));
    const media: CarrierContext["media"] = { attach: (callId, link) => context.media.attach(callId, live.lines.tap(link)) };
    const made = await harness.create({ ...context, clock, media, emit: post.guard((event) => context.emit(event)), webhooks: { deliver, entryUrl } });
    carrier = requests.watch(live.lines.watch(made), (delivery) => dials.push(delivery));
    return carrier;
  };
  registerProvider({ ...definition, capabilities, create }, { mode: "full", package: "trial", version: "1.0.0" }, registry);
  if (options.live) live.register(registry);
  const questions: Question[] = [];
  let ids = 0;
  const audioMode = options.live ? ({ audioMode: "streaming" } as const) : {};
  const state = { settings: { ...SETTINGS, carrier: definition.id, carrierConfig: subject.config as Record<string, unknown>, ...audioMode, ...options.settings } };
  const telephone = createTelephone({
    settings: () => state.settings,
    ports: {
      clock: live.process,
      log,
      store,
      registry,
      providerModes: ["full"],
      prepareSection: (_definition, section) => Promise.resolve(section),
      ids: { callId: () => `call-${directory.slice(-6)}-${++ids}`, nonce: () => `nonce${directory.slice(-6)}${++ids}` },
      responder: {
        identify: ({ agentId = "main", sessionKey = "agent:main:voice" }) => ({ agentId, sessionKey }),
        respond: (request) => ask(request, questions),
      },
    },
  });
  await telephone.start();
  if (!carrier) throw new Error(`the carrier ${definition.id} was not made: ${JSON.stringify(log.lines)}`);
  const instance = carrier;
  const { network } = harness;
  const wait = options.live ? { until: untilHeard, pass: passHeard } : { until, pass };
  const moving = (holds: () => boolean, what: string, maxMs?: number) => wait.until(moment, holds, what, maxMs);
  const record = (callId: string): CallRecord => {
    const found = store.get(callId);
    if (!found) throw new Error(`there is no call ${callId}`);
    return found;
  };
  const placed = async (request: InitiateRequest = {}) => {
    const calling = telephone.initiate({ to: THEIRS, message: "Hello, this is your agent.", ...request });
    let failure: unknown;
    calling.catch((error: unknown) => (failure = error));
    await moving(() => failure !== undefined || network.party(request.to ?? THEIRS)?.state() === "ringing", "the call rings");
    const { callId } = await calling;
    const party = network.party(request.to ?? THEIRS);
    if (!party) throw new Error("nobody was called");
    return { callId, party };
  };
  const listening = (callId: string) => moving(() => telephone.get(callId)?.activity === "listening", "the call listens");
  return Object.assign(state, {
    telephone,
    capabilities,
    carrier: instance,
    network,
    clock,
    log,
    store,
    post,
    live,
    questions,
    dials,
    forget() {
      for (const notes of [lines, questions, dials, post.letters]) notes.length = 0;
      live.forget();
    },
    call: placed,
    async talk(message = "Hello, this is your agent.") {
      const { callId, party } = await placed({ message, mode: "conversation" });
      await party.answer();
      await moving(() => heard(party).includes(message), "the greeting is heard");
      await listening(callId);
      return { callId, party };
    },
    async receive({ from = THEIRS, to = OURS } = {}) {
      if (!network.call) throw new Error("nobody can call over this network");
      const party = await network.call({ from, to });
      await settle(moment);
      return party;
    },
    until: moving,
    settle: () => settle(moment),
    pass: (ms: number) => wait.pass(moment, ms),
    record,
    listening,
    async question(count = 1) {
      await moving(() => questions.length >= count, `the agent is asked ${count} times`);
      const latest = questions[count - 1];
      if (!latest) throw new Error("the agent was not asked");
      return latest;
    },
    async [Symbol.asyncDispose]() {
      const stopping = telephone.stop();
      let stopped = false;
      void stopping.finally(() => (stopped = true));
      await moving(() => stopped, "the telephone stops", 120_000);
      await stopping;
      store.close();
      await harness.close?.();
      // The journal may be writing its last lines still.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  });
}

/** Texts that a far end heard, in order. */
export function heard(party: RemoteParty): string[] {
  return party.heard().flatMap((one) => (one.kind === "say" ? [one.text] : []));
}

/** Keys that a far end heard, in order. */
export function pressed(party: RemoteParty): string {
  return party.heard().flatMap((one) => (one.kind === "digits" ? [one.digits] : [])).join("");
}

/** What a carrier was asked and has not answered yet. */
class Requests {
  underWay = 0;

  /** The same carrier, with its requests counted. */
  watch(carrier: Carrier, onDial: (delivery: DialResult["delivery"]) => void): Carrier {
    const count = (name: string | symbol, outcome: unknown): unknown => {
      if (!(outcome instanceof Promise)) return outcome;
      this.underWay++;
      const over = () => this.underWay--;
      outcome.then((result: unknown) => {
        over();
        if (name === "dial") onDial((result as DialResult).delivery);
      }, over);
      return outcome;
    };
    return new Proxy(carrier, {
      get(target, name) {
        const member = Reflect.get(target, name) as unknown;
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => count(name, Reflect.apply(member, target, args));
      },
    });
  }
}

function ask(request: ResponseRequest, questions: Question[]): Promise<readonly ResponsePart[]> {
  return new Promise((resolve, reject) => {
    request.signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
    questions.push({ ...request, write: (cumulative) => request.onText(cumulative), finish: (...said) => resolve(said.map((text) => ({ text, kind: "speech" }))), fail: reject });
  });
}

function recordInto(lines: LogLine[]): LogRecorder {
  const at = (level: LogLine["level"]) => (message: string, fields: LogLine["fields"] = {}) => void lines.push({ level, message, fields });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
