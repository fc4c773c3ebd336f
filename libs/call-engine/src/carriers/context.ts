import { toTelephonyError, type CallEvent, type CarrierContext, type Clock, type Logger, type MediaLink, type WebhookReply, type WebhookRequest } from "@openclaw/telephony-contract";

/** What carriers are connected to. */
export interface CarrierWiring {
  emit(carrierId: string, event: CallEvent): void;
  /** The audio of a call, by a carrier whose transport is its own. */
  attach(callId: string, link: MediaLink): void;
  deliver(request: WebhookRequest): Promise<WebhookReply>;
  entryUrl(): string;
}

/** What one instance of a carrier is given. */
export interface ContextParts {
  readonly carrierId: string;
  readonly wiring: CarrierWiring;
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when the instance is closed. */
  readonly signal: AbortSignal;
}

/**
 * What a carrier is given at `create`. A carrier's defect stays the carrier's: what its timers throw, and events that are
 * none, go to the log, because nobody above a timer would catch them and the process would end.
 */
export function carrierContext({ carrierId, wiring, clock, log, signal }: ContextParts): CarrierContext {
  const guarded = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      const { code, message } = toTelephonyError(error);
      log.error(what, { carrier: carrierId, code, fault: message.slice(0, 200) });
    }
  };
  return {
    log,
    clock: {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      schedule: (delayMs, callback) => clock.schedule(delayMs, () => guarded("a carrier failed in a timer", callback)),
    },
    signal,
    emit: (event) => {
      if (!signal.aborted) guarded("a carrier reported an event that cannot be read", () => wiring.emit(carrierId, event));
    },
    media: {
      attach: (callId, link) => {
        if (signal.aborted) return link.close("the carrier is closed");
        guarded("a carrier brought audio that cannot be taken", () => wiring.attach(callId, link));
      },
    },
    webhooks: {
      deliver: (request) => wiring.deliver(request),
      get entryUrl() {
        return wiring.entryUrl();
      },
    },
  };
}
