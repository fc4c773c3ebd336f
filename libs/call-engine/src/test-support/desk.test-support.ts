import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistry, registerProvider, type LogFields, type Logger } from "@openclaw/telephony-contract";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { LIVE_AUDIO_DEFAULTS } from "../live-audio/defaults.ts";
import type { CallStore, EnginePorts, ResponsePart, ResponseRequest } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { openCallStore } from "../store/index.ts";
import { createTelephone, type Telephone } from "../telephone/telephone.ts";
import { DeskCarrier } from "./desk-carrier.test-support.ts";

const SETTINGS: TelephoneSettings = {
  ...LIVE_AUDIO_DEFAULTS,
  carrier: "desk",
  carrierConfig: {},
  audioMode: "native",
  fromNumber: "+15550100000",
  defaultMode: "conversation",
  notifyHangupDelayMs: 3000,
  machineDetection: "off",
  outbound: { premiumRate: "refuse" },
  transfer: { allowTo: [] },
  inboundPolicy: "disabled",
  allowFrom: [],
  numbers: {},
  sessionScope: "per-phone",
  responseTimeoutMs: 30_000,
  maxDurationMs: 300_000,
  staleCallMs: 120_000,
  silenceTimeoutMs: 800,
  transcriptTimeoutMs: 180_000,
  ringTimeoutMs: 30_000,
  maxConcurrentCalls: 4,
  serve: { port: 0, bind: "127.0.0.1", path: "/voice/webhook" },
};

/** A question to the agent that a test answers by hand. */
export interface Question extends ResponseRequest {
  /** Streams text, from its beginning. */
  write(cumulative: string): void;
  finish(...parts: (string | ResponsePart)[]): void;
  fail(error: Error): void;
}

/** A telephone on the tester's desk, with everything around it in the tester's hands. */
export interface Desk {
  readonly telephone: Telephone;
  readonly carrier: DeskCarrier;
  readonly clock: ReturnType<typeof createVirtualClock>;
  readonly questions: Question[];
  readonly logs: { readonly level: string; readonly message: string; readonly fields?: LogFields | undefined }[];
  readonly store: CallStore;
  readonly directory: string;
  settings: TelephoneSettings;
  /** Places a call and returns its id. */
  call(request?: Parameters<Telephone["initiate"]>[0]): Promise<string>;
  /** A call that is answered and whose greeting is over: the line listens. Push carriers only. */
  listening(message?: string): Promise<string>;
  /** A new process on the same store: nothing of the old one runs any more, and nothing was told to end. */
  crash(carrier?: DeskCarrier, settings?: Partial<TelephoneSettings>): Promise<Desk>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface DeskOptions {
  readonly carrier?: DeskCarrier;
  readonly settings?: Partial<TelephoneSettings>;
  readonly ports?: (ports: EnginePorts) => Partial<EnginePorts>;
  readonly directory?: string;
  readonly clock?: ReturnType<typeof createVirtualClock>;
  readonly start?: boolean;
}

/** Sets a desk up, with its telephone started. */
export async function createDesk(options: DeskOptions = {}): Promise<Desk> {
  const carrier = options.carrier ?? new DeskCarrier();
  const clock = options.clock ?? createVirtualClock();
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), "voice-desk-"));
  const logs: Desk["logs"] = [];
  const log = Object.fromEntries(
    (["debug", "info", "warn", "error"] as const).map((level) => [
      level,
      (message: string, fields?: LogFields) => void logs.push({ level, message, fields }),
    ]),
  ) as unknown as Logger;
  const store = openCallStore({ directory, clock, log });
  const registry = createRegistry();
  registerProvider(carrier.definition, { mode: "full", package: "desk", version: "1.0.0" }, registry);
  const questions: Question[] = [];
  let ids = 0;
  const prefix = directory.slice(-4);
  const ports: EnginePorts = {
    clock,
    log,
    store,
    registry,
    providerModes: ["full"],
    prepareSection: async (_definition, section) => section,
    ids: { callId: () => `call-${prefix}-${clock.now()}-${++ids}`, nonce: () => `nonce${++ids}` },
    responder: {
      identify: ({ agentId, sessionKey, from, to, direction }) => ({
        agentId: agentId ?? "main",
        sessionKey: sessionKey ?? `agent:main:voice:${(direction === "inbound" ? from : to).slice(1)}`,
      }),
      respond: (request) => ask(request, questions),
    },
  };
  const desk = { settings: { ...SETTINGS, ...options.settings } };
  const telephone = createTelephone({ settings: () => desk.settings, ports: { ...ports, ...options.ports?.(ports) } });
  if (options.start !== false) await telephone.start();
  const call: Desk["call"] = async (request = {}) => (await telephone.initiate({ to: "+15550100001", ...request })).callId;
  return Object.assign(desk, {
    telephone,
    carrier,
    clock,
    questions,
    logs,
    store,
    directory,
    call,
    async listening(message = "Hello, this is your agent.") {
      const callId = await call({ message });
      carrier.emit("answered", callId);
      carrier.stepDone(callId);
      return callId;
    },
    async crash(next = new DeskCarrier(carrier.capabilities), settings = {}) {
      // The old process's instance stays as it is: a killed process hangs nothing up.
      store.close();
      return createDesk({ ...options, settings: { ...options.settings, ...settings }, carrier: next, directory, clock });
    },
    async [Symbol.asyncDispose]() {
      const stopping = telephone.stop();
      await clock.advance(60_000);
      await stopping;
      store.close();
      // The journal may be writing its last lines still.
      rmSync(directory, { recursive: true, force: true, maxRetries: 10 });
    },
  });
}

function ask(request: ResponseRequest, questions: Question[]): Promise<readonly ResponsePart[]> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new DOMException("aborted", "AbortError"));
    request.signal.addEventListener("abort", abort, { once: true });
    questions.push({
      ...request,
      write: (cumulative) => request.onText(cumulative),
      finish: (...parts) =>
        resolve(parts.map((part) => (typeof part === "string" ? { text: part, kind: "speech" } : part))),
      fail: reject,
    });
  });
}
