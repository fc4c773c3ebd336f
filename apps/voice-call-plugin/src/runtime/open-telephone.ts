import { type CallStore, createTelephone, type EnginePorts, openCallStore, randomIds, type Telephone, type TelephoneSettings } from "@openclaw/call-engine";
import { type Clock, type Logger, type ProviderKind, type RegistrationMode, TelephonyError } from "@openclaw/telephony-contract";
import { AgentResponder, SessionMemory } from "../agent/index.ts";
import { fullKey, mergeEnv, resolveSecrets } from "../config/index.ts";
import type { HostRuntime } from "../host/api.ts";
import { findHostTranscribers, registerHostSpeech } from "../host/audio-providers.ts";
import { loadDetachedWork } from "../host/detached-work.ts";
import { ownerNoticeOver } from "../host/owner-notice.ts";
import { secretResolver } from "../host/secrets.ts";

/** A telephone that runs, with all that it holds. */
export interface OpenTelephone {
  readonly telephone: Telephone;
  /** Ends its calls and lets go of everything. Never rejects. */
  close(): Promise<void>;
}

/** What a telephone is opened with. */
export interface TelephoneRequest {
  /** Who runs it, for people who find the store taken: `gateway`, `cli`. */
  readonly owner: string;
  /** Where its calls are kept. */
  readonly directory: string;
  readonly settings: () => TelephoneSettings;
  /** How providers have to be registered to carry calls. */
  readonly providerModes: readonly RegistrationMode[];
  readonly runtime: HostRuntime;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether to make the agent ready for a first call: not for a process that ends after one. */
  readonly warmUp?: boolean;
  /** Whether the owner is told of callers who ask to be let in: not by a process that ends after one call. */
  readonly tellOwner?: boolean;
  /** Another process has taken the store over: calls may no longer be run here. */
  readonly onLost: () => void;
}

/** Opens a telephone. */
export type TelephoneOpener = (request: TelephoneRequest) => Promise<OpenTelephone>;

/**
 * Opens the store, takes the exclusive right to run calls on it, and starts the telephone. Rejects with a TelephonyError
 * and holds nothing then: `store-busy` while another process has the right, `store-unavailable` for a disk that refuses.
 */
export const openTelephone: TelephoneOpener = async (request) => {
  const { owner, directory, settings, providerModes, runtime, env, clock, log, warmUp, tellOwner, onLost } = request;
  const store = openCallStore({ directory, clock, log });
  try {
    if (!store.acquireLease({ owner, onLost })) throw storeBusy(store.leaseHolder());
    const memory = new SessionMemory({ runtime, clock, log }, () => import("openclaw/plugin-sdk/session-transcript-runtime"));
    const detached = await loadDetachedWork();
    const responder = new AgentResponder({ runtime, clock, log, memory, detached });
    const ownerNotice = tellOwner && { ownerNotice: ownerNoticeOver(runtime, detached) };
    const prepareSection = sectionPreparer(runtime, env);
    const transcriberOfHost = await findHostTranscribers(runtime, log);
    const providerOfHost = (_kind: "transcriber", id: string) => transcriberOfHost(id);
    const ports = { clock, ids: randomIds, log, store, responder, prepareSection, providerModes, providerOfHost, ...ownerNotice };
    const telephone = createTelephone({ settings, ports });
    const silenceHost = registerHostSpeech(runtime);
    let cancelWarmUp = (): void => undefined;
    const close = (): Promise<void> => {
      cancelWarmUp();
      silenceHost();
      return shutDown(telephone, store, log);
    };
    try {
      await telephone.start();
    } catch (error) {
      await close();
      throw error;
    }
    if (warmUp) cancelWarmUp = clock.schedule(WARM_UP_AFTER_MS, () => void warmed(responder, settings, log));
    return { telephone, close };
  } catch (error) {
    store.close();
    throw error;
  }
};

/** How long a Gateway that starts is left alone before the agent is made ready for a first call. */
const WARM_UP_AFTER_MS = 2000;

async function warmed(responder: AgentResponder, settings: () => TelephoneSettings, log: Logger): Promise<void> {
  try {
    await responder.warmUp(settings());
  } catch (error) {
    log.debug("voice call: the agent was not made ready beforehand", { why: messageOf(error) });
  }
}

/** Where the sections of each kind of provider stand in our configuration. */
const PLACES: Readonly<Record<ProviderKind, string>> = {
  carrier: "",
  transcriber: "streaming.providers.",
  "realtime-voice": "realtime.providers.",
  "speech-synthesizer": "tts.providers.",
};

/** Puts what the environment and the host's secrets hold into a provider's section, right before the provider is made. */
function sectionPreparer(runtime: HostRuntime, env: NodeJS.ProcessEnv): EnginePorts["prepareSection"] {
  return async ({ id, kind, env: fallbacks }, written) => {
    const { section, unresolved } = await resolveSecrets(written, PLACES[kind] + id, secretResolver(runtime.config.current(), env));
    if (unresolved.length === 0) return mergeEnv(section, fallbacks, env);
    const keys = unresolved.map(fullKey).join(", ");
    throw new TelephonyError("config-invalid", `Secrets could not be resolved: ${keys}. See \`openclaw secrets audit\`.`);
  };
}

async function shutDown(telephone: Telephone, store: CallStore & { flush(): Promise<void> }, log: Logger): Promise<void> {
  try {
    await telephone.stop();
  } catch (error) {
    log.error("voice call: the telephone did not stop cleanly", { error: messageOf(error) });
  }
  try {
    store.close();
    await store.flush();
  } catch (error) {
    log.error("voice call: the call store did not close cleanly", { error: messageOf(error) });
  }
}

function storeBusy(holder: { readonly owner: string; readonly pid: number } | undefined): TelephonyError {
  const who = holder ? `process ${holder.pid} (${holder.owner})` : "another process";
  return new TelephonyError("store-busy", `The telephone is in use by ${who}. Wait until it has ended, or give this one a store of its own.`, {
    retryable: true,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
