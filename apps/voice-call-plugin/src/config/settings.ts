import type { NumberRoute, SpeechSettings, TelephoneSettings } from "@openclaw/call-engine";
import { type AudioMode, TelephonyError } from "@openclaw/telephony-contract";
import { deepMerge } from "./deep-merge.ts";
import { fullKey } from "./problem.ts";
import type { VoiceCallConfig } from "./schema.ts";

/** How a call's audio is handled under a configuration. */
export function audioModeOf({ streaming, realtime }: VoiceCallConfig): AudioMode {
  if (realtime.enabled) return "realtime";
  return streaming.enabled ? "streaming" : "native";
}

/**
 * The configuration as the engine takes it. Throws a `config-invalid` error while no carrier is chosen; readiness tells
 * that earlier and better.
 */
export function toTelephoneSettings(config: VoiceCallConfig): TelephoneSettings {
  if (config.provider === undefined)
    throw new TelephonyError("config-invalid", `${fullKey("provider")}: no carrier is chosen. Name one, for example "mock".`);
  return {
    carrier: config.provider,
    carrierConfig: sectionOf(config, config.provider),
    audioMode: audioModeOf(config),
    ...liveAudioOf(config),
    ...pick(config, ["fromNumber", "toNumber", "inboundGreeting", "agentId", "responseModel", "responseSystemPrompt", "language", "publicUrl"]),
    defaultMode: config.outbound.defaultMode,
    notifyHangupDelayMs: Math.round(config.outbound.notifyHangupDelaySec * 1000),
    machineDetection: config.outbound.machineDetection,
    ...pick(config.outbound, ["voicemailMessage"]),
    outbound: pick(config.outbound, ["allowTo", "allowCountries", "premiumRate", "maxCallsPerHour", "quietHours"]),
    transfer: config.transfer,
    inboundPolicy: config.inboundPolicy,
    allowFrom: config.allowFrom,
    pairingMessage: config.pairing.message,
    numbers: Object.fromEntries(Object.entries(config.numbers).map(([number, route]) => [number, toRoute(route, config)])),
    sessionScope: config.sessionScope,
    responseTimeoutMs: config.responseTimeoutMs,
    maxDurationMs: config.maxDurationSeconds * 1000,
    staleCallMs: config.staleCallReaperSeconds * 1000,
    silenceTimeoutMs: config.silenceTimeoutMs,
    transcriptTimeoutMs: config.transcriptTimeoutMs,
    ringTimeoutMs: config.ringTimeoutMs,
    maxConcurrentCalls: config.maxConcurrentCalls,
    serve: config.serve,
    webhookSecurity: config.webhookSecurity,
    skipSignatureVerification: config.skipSignatureVerification,
  };
}

/** A carrier's section, or an empty one. */
export function sectionOf({ sections }: VoiceCallConfig, carrier: string): Readonly<Record<string, unknown>> {
  return (Object.hasOwn(sections, carrier) ? sections[carrier] : undefined) ?? {};
}

function toRoute(route: VoiceCallConfig["numbers"][string], { tts }: VoiceCallConfig): NumberRoute {
  return {
    ...pick(route, ["inboundGreeting", "agentId", "responseModel", "responseSystemPrompt", "responseTimeoutMs"]),
    ...(route.tts && { speech: speechOf(deepMerge(tts ?? {}, route.tts)) }),
  };
}

/** What only calls with live audio look at. */
function liveAudioOf({ streaming, tts, bargeIn, thinking, inactivity }: VoiceCallConfig): Pick<TelephoneSettings, "streaming" | "speech" | "bargeIn" | "thinking" | "inactivity"> {
  const { noiseMarginDb, ...interruption } = bargeIn;
  return {
    streaming: {
      ...pick(streaming, ["preStartTimeoutMs", "maxPendingConnections", "maxPendingConnectionsPerIp", "maxConnections", "leadMs"]),
      ...(streaming.provider !== undefined && { transcriber: streaming.provider }),
      sections: streaming.providers,
      path: streaming.streamPath,
    },
    speech: speechOf(tts ?? {}),
    bargeIn: { ...interruption, marginDb: noiseMarginDb },
    thinking,
    inactivity,
  };
}

function speechOf(section: Readonly<Record<string, unknown>>): SpeechSettings {
  const { provider } = section;
  return { section, ...(typeof provider === "string" && { provider }) };
}

/** The named members, without those that are absent. */
function pick<Source extends object, Key extends keyof Source>(source: Source, keys: readonly Key[]): Pick<Source, Key> {
  return Object.fromEntries(keys.filter((key) => source[key] !== undefined).map((key) => [key, source[key]])) as Pick<Source, Key>;
}
