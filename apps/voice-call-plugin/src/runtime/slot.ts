/**
 * Where a process keeps its one telephone. The host evaluates this package several times in one process (the service runs
 * in one copy, the agent's tool in another, the next load brings further ones), so a module variable would be several.
 * Every copy reads this slot; only the service of the full instance writes it. Nothing in this file imports anything: it is
 * part of the entry.
 */
export const RUNTIME_KEY: unique symbol = Symbol.for("openclaw.voice-call.runtime@1") as never;

/** The telephone of this process, as other copies of this package see it. Frozen for major version 1 of the key. */
export interface VoiceCallRuntime {
  /** Which instance put it there. */
  readonly owner: symbol;
  /**
   * Carries out `voicecall.<method>` and gives its result. Rejects with a TelephonyError; `setup-incomplete` and
   * `config-invalid` list what keeps the telephone from working.
   */
  request(method: string, input: unknown, requester?: { readonly agentId?: string; readonly sessionKey?: string }): Promise<unknown>;
}

type Holder = { [RUNTIME_KEY]?: VoiceCallRuntime };

/** The telephone of this process, if there is one. */
export function currentRuntime(): VoiceCallRuntime | undefined {
  return (globalThis as Holder)[RUNTIME_KEY];
}

/** Puts a telephone in place; one that was there is no longer reachable, its owner still has to stop it. */
export function publishRuntime(runtime: VoiceCallRuntime): void {
  (globalThis as Holder)[RUNTIME_KEY] = runtime;
}

/** Takes one's own away; somebody else's stays. */
export function withdrawRuntime(owner: symbol): void {
  const holder = globalThis as Holder;
  if (holder[RUNTIME_KEY]?.owner === owner) delete holder[RUNTIME_KEY];
}
