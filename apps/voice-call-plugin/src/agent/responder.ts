import { randomUUID } from "node:crypto";
import type { CallRecord, Responder, ResponsePart, ResponseRequest, TelephoneSettings } from "@openclaw/call-engine";
import { type Clock, isTelephonyError, type Logger, TelephonyError } from "@openclaw/telephony-contract";
import type { AgentRun, AgentRunResult, HostConfig, HostRuntime } from "../host/api.ts";
import type { DetachedWork } from "../host/detached-work.ts";
import { PartialText } from "./partial-text.ts";
import { identityOf, type Identity, type Nameable, type TurnCall, turnOf } from "./run.ts";
import type { SessionMemory } from "./session-memory.ts";

/** Longest that a warm-up may take; it is work for nobody in particular. */
const PREWARM_TIMEOUT_MS = 20_000;
/** Agents that one process warms up; beyond any installation. */
const MAX_PREWARMED = 100;
/** Characters of the host's explanation that are logged. */
const MAX_REASON = 300;
/** The phase of a turn at which everything is loaded and no model has been asked. */
const WARM_PHASE = "context_assembled";

/**
 * What the host says before a turn began, because it replaced the session in between, or because another part of it held
 * its own state for a moment: the same turn succeeds right after.
 */
const HOST_IN_ITS_OWN_WAY = /^(?:Session changed before writer admission|another OpenClaw process owns )/;
/** Pauses before the turn is tried again: the host holds its state for some ten milliseconds, on a busy machine for seconds. */
const PAUSES_MS: readonly number[] = [0, 50, 300, 1000, 2000];

/** What the responder works with. */
export interface ResponderPorts {
  readonly runtime: HostRuntime;
  readonly clock: Clock;
  readonly log: Logger;
  readonly memory: SessionMemory;
  readonly detached: DetachedWork;
}

/** The host's agent as the mind behind the voice. */
export class AgentResponder implements Responder {
  readonly #ports: ResponderPorts;
  readonly #prewarmed = new Set<string>();

  constructor(ports: ResponderPorts) {
    this.#ports = ports;
  }

  /** Who answers a call, and in which session; decided once, when the call begins. */
  identify(call: Nameable, settings: TelephoneSettings): Identity {
    return identityOf(call, settings, this.#ports.runtime.config.current());
  }

  async respond({ call, settings, text, signal, onText }: ResponseRequest): Promise<readonly ResponsePart[]> {
    const identity = this.identify(call, settings);
    const partial = new PartialText();
    const onPartialReply = ({ text: said }: { text?: string | undefined }): void => {
      if (signal.aborted || !said) return;
      const cumulative = partial.take(said);
      if (cumulative !== undefined) onText(cumulative);
    };
    try {
      const result = await this.#withDeadline(settings.responseTimeoutMs, signal, (abortSignal) =>
        this.#inSession(identity, (sessionId) =>
          this.#run(call, settings, identity, { sessionId, prompt: text, abortSignal, onPartialReply }),
        ),
      );
      return partsOf(result);
    } catch (error) {
      throw signal.aborted || isTelephonyError(error) ? error : this.#agentFailed(call, error);
    }
  }

  /** Makes the first answer fast before there is any call. Rejects where no agent is the obvious one. */
  warmUp(settings: TelephoneSettings): Promise<void> {
    return this.prewarm({ callId: "warm-up", direction: "outbound", mode: "conversation", from: "", to: "" }, settings);
  }

  /**
   * Runs a turn up to the point where the model would be asked, and drops it: the first turn of a process costs seconds
   * otherwise. Nothing is sent anywhere and no session comes of it. Once per agent and process.
   */
  async prewarm(call: TurnCall, settings: TelephoneSettings): Promise<void> {
    // Nobody answers to a notification.
    if (call.mode === "notify") return;
    const identity = this.identify(call, settings);
    if (this.#prewarmed.has(identity.agentId) || this.#prewarmed.size >= MAX_PREWARMED) return;
    this.#prewarmed.add(identity.agentId);
    const warm = new AbortController();
    try {
      await this.#withDeadline(PREWARM_TIMEOUT_MS, warm.signal, (abortSignal) =>
        this.#run(call, settings, { ...identity, sessionKey: `agent:${identity.agentId}:voice:prewarm` }, {
          sessionId: randomUUID(),
          prompt: "Hello",
          abortSignal,
          sessionPersistence: "detached",
          disableTrajectory: true,
          onExecutionPhase: ({ phase }) => {
            if (phase === WARM_PHASE) warm.abort();
          },
        }),
      );
    } catch (error) {
      if (warm.signal.aborted) return;
      this.#prewarmed.delete(identity.agentId);
      throw error;
    }
  }

  async remember(call: CallRecord, settings: TelephoneSettings, text: string): Promise<void> {
    if (text.trim() === "") return;
    const { memory, detached } = this.#ports;
    await detached(() => memory.append(this.identify(call, settings), text));
  }

  /** The host's own words go to the log alone, where an operator needs them, and without numbers. */
  #agentFailed({ callId }: CallRecord, cause: unknown): TelephonyError {
    const why = (cause instanceof Error ? cause.message : String(cause)).replace(/\d{5,}/g, "…").slice(0, MAX_REASON);
    this.#ports.log.warn("voice call: the agent's turn failed", { callId, why });
    return new TelephonyError("agent-failed", "The agent could not answer; the Gateway's log says why.", { retryable: true, cause });
  }

  #run(
    call: TurnCall,
    settings: TelephoneSettings,
    identity: Identity,
    own: Pick<AgentRun, "sessionId" | "prompt" | "abortSignal"> & Partial<AgentRun>,
  ): Promise<AgentRunResult> {
    const { agent, config } = this.#ports.runtime;
    const turn = turnOf(call, settings, identity, { agent, config: config.current() as HostConfig });
    return this.#ports.detached(() => agent.runEmbeddedAgent({ ...turn, ...own }));
  }

  /** Runs in the session's present incarnation; where the host was in its own way for a moment, once more. */
  async #inSession(identity: Identity, run: (sessionId: string) => Promise<AgentRunResult>): Promise<AgentRunResult> {
    const present = (): string => this.#ports.runtime.agent.session.getSessionEntry(identity)?.sessionId ?? randomUUID();
    for (const pauseMs of PAUSES_MS) {
      try {
        return await run(present());
      } catch (error) {
        if (!(error instanceof Error) || !HOST_IN_ITS_OWN_WAY.test(error.message)) throw error;
        if (pauseMs > 0) await new Promise<void>((resolve) => void this.#ports.clock.schedule(pauseMs, resolve));
      }
    }
    return run(present());
  }

  /**
   * A deadline of our own: the host's comes late and answers with a text about itself. Ours aborts the turn, whereupon the
   * host closes its request to the model, and does not wait for the host to say so.
   */
  async #withDeadline<Result>(ms: number, signal: AbortSignal, run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
    const late = new AbortController();
    const ended = AbortSignal.any([signal, late.signal]);
    const cancel = this.#ports.clock.schedule(ms, () => late.abort());
    let stopWaiting = (): void => undefined;
    const overtaken = new Promise<never>((_resolve, reject) => {
      stopWaiting = () => reject(abortError());
      ended.addEventListener("abort", stopWaiting, { once: true });
      if (ended.aborted) stopWaiting();
    });
    overtaken.catch(() => undefined);
    try {
      return await Promise.race([run(ended), overtaken]);
    } catch (error) {
      if (!late.signal.aborted || signal.aborted) throw error;
      throw new TelephonyError("timeout", `The agent gave no answer within ${ms} ms.`, { retryable: true, cause: error });
    } finally {
      cancel();
      ended.removeEventListener("abort", stopWaiting);
    }
  }
}

function abortError(): Error {
  return new DOMException("The agent's turn was cut short.", "AbortError");
}

/** What was said, with everything that must not be spoken marked. */
function partsOf({ payloads = [], meta }: AgentRunResult): readonly ResponsePart[] {
  const parts = payloads.flatMap(({ text, isError, isReasoning, isCommentary }): ResponsePart[] => {
    if (!text) return [];
    return [{ text, kind: isError ? "error" : isReasoning || isCommentary ? "reasoning" : "speech" }];
  });
  if (parts.some(({ kind }) => kind !== "reasoning")) return parts;
  const visible = typeof meta === "object" && meta !== null ? (Reflect.get(meta, "finalAssistantVisibleText") as unknown) : undefined;
  return typeof visible === "string" && visible !== "" ? [...parts, { text: visible, kind: "speech" }] : parts;
}
