/** Runs work on its own account, whatever called it. */
export type DetachedWork = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * The host remembers, along asynchronous calls, which of its requests some work belongs to, and refuses work of a request
 * that is over, as if it were shutting down. A call outlives the request that placed it, so each agent turn asks for an
 * admission of its own; a host that drains for a restart then waits for the turn. A host without that needs none.
 */
export async function loadDetachedWork(): Promise<DetachedWork> {
  try {
    const { runDetachedWebhookWork } = await import("openclaw/plugin-sdk/webhook-request-guards");
    if (typeof runDetachedWebhookWork === "function") return runDetachedWebhookWork;
  } catch {
    // An older or newer host without the module.
  }
  return (work) => work();
}
