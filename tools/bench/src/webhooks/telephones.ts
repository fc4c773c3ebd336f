import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LIVE_AUDIO_DEFAULTS, createTelephone, openCallStore, randomIds, systemClock, type Telephone, type TelephoneSettings } from "@openclaw/call-engine";
import { silentLog } from "@openclaw/phone-network/wire";
import { createRegistry, registerProvider, type CarrierDefinition } from "@openclaw/telephony-contract";
import { telnyxDefinition } from "@openclaw/voice-call-telnyx";
import { startLoopbackCarrier } from "@openclaw/voice-call-telnyx/testing";
import { twilioDefinition } from "@openclaw/voice-call-twilio";
import { ACCOUNT } from "@openclaw/voice-call-twilio/testing";
import { OUR_NUMBER, PUBLIC_URL, THEIR_NUMBER } from "./messages.ts";

/** Milliseconds that calls of the benchmark may last: longer than it. */
const CALL_MS = 3_600_000;

const SETTINGS: Omit<TelephoneSettings, "carrier" | "carrierConfig"> = {
  ...LIVE_AUDIO_DEFAULTS,
    audioMode: "native",
  fromNumber: OUR_NUMBER,
  defaultMode: "conversation",
  notifyHangupDelayMs: 1000,
  machineDetection: "off",
  outbound: { premiumRate: "refuse" },
  transfer: { allowTo: [] },
  inboundPolicy: "open",
  allowFrom: [],
  numbers: {},
  inboundGreeting: "Good day, how can I help?",
  sessionScope: "per-call",
  responseTimeoutMs: 30_000,
  maxDurationMs: CALL_MS,
  staleCallMs: CALL_MS,
  silenceTimeoutMs: 800,
  transcriptTimeoutMs: CALL_MS,
  ringTimeoutMs: CALL_MS,
  maxConcurrentCalls: 100_000,
  publicUrl: PUBLIC_URL,
  serve: { port: 0, bind: "127.0.0.1", path: new URL(PUBLIC_URL).pathname },
};

/** A telephone that serves, with everything on: listener, guards, signatures, and a store on the disk. */
export interface ServingTelephone {
  readonly port: number;
  /** The carrier's id of a call that is live already. */
  readonly liveCall?: string;
}

/** The telephone at Twilio. Nobody has called yet. */
export async function serveTwilio(): Promise<ServingTelephone> {
  const { accountSid, authToken } = ACCOUNT;
  const telephone = await start(twilioDefinition, { accountSid, authToken });
  return { port: portOf(telephone) };
}

/** The telephone at Telnyx, with one call to its fake on this machine. */
export async function serveTelnyx(): Promise<ServingTelephone> {
  const fake = await startLoopbackCarrier({ entryUrl: PUBLIC_URL, people: { ringMs: CALL_MS } });
  const telephone = await start(telnyxDefinition, fake.section);
  const { carrierCallId } = await telephone.initiate({ to: THEIR_NUMBER });
  return { port: portOf(telephone), ...(carrierCallId !== undefined && { liveCall: carrierCallId }) };
}

async function start<Config>(definition: CarrierDefinition<Config>, carrierConfig: Readonly<Record<string, unknown>>): Promise<Telephone> {
  const registry = createRegistry();
  registerProvider(definition, { mode: "full", package: "bench", version: "1.0.0" }, registry);
  const directory = mkdtempSync(join(tmpdir(), "bench-webhooks-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));
  const settings: TelephoneSettings = { ...SETTINGS, carrier: definition.id, carrierConfig };
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
      responder: { identify: () => ({ agentId: "main", sessionKey: "agent:main:voice" }), respond: () => Promise.resolve([]) },
    },
  });
  await telephone.start();
  return telephone;
}

function portOf({ webhook }: Telephone): number {
  return Number(new URL(webhook.localUrl ?? "").port);
}
