import { setTimeout as delay } from "node:timers/promises";
import { GatewayCallError, GatewayConnectionError, HostLabError } from "../errors.ts";
import { nodeBinary, openclawEntry } from "../processes/host-binary.ts";
import { ManagedProcess } from "../processes/managed-process.ts";
import type { Output } from "../processes/output.ts";
import type { GatewayClient } from "./gateway-client.ts";

/** How often a Gateway that is not there yet is asked again, in milliseconds. */
const RETRY_MS = 50;

/** How long one attempt may take; a stranger on the port may take the connection and say nothing. */
const ATTEMPT_MS = 10_000;

export interface GatewayProcessOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
  readonly output: Output;
}

/** Starts `openclaw gateway run` in the foreground; the caller waits with `untilReady`. */
export function spawnGateway({ cwd, env, port, output }: GatewayProcessOptions): ManagedProcess {
  return new ManagedProcess({
    command: nodeBinary(),
    args: [openclawEntry(), "gateway", "run", "--port", String(port)],
    cwd,
    env,
    onStdout: (chunk) => output.add(chunk),
    onStderr: (chunk) => output.add(chunk),
  });
}

/**
 * Waits until the Gateway accepts an operator and calls itself ready (`/readyz`), as its documentation asks of programs
 * that embed it. Returns the connection made on the way.
 * @throws HostLabError `start_failed` with the end of the log, when the process ends or the deadline passes first.
 */
export async function untilReady(
  gateway: ManagedProcess,
  connect: (timeoutMs: number) => Promise<GatewayClient>,
  { port, output, timeoutMs }: { port: number; output: Output; timeoutMs: number },
): Promise<GatewayClient> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < deadline) {
    if (gateway.exit !== undefined) {
      const { code, signal } = gateway.exit;
      throw new HostLabError("start_failed", `The Gateway ended while starting (${signal ?? `code ${code}`})\n${output.tail()}`);
    }
    let pause = RETRY_MS;
    try {
      const left = Math.min(ATTEMPT_MS, Math.max(1, deadline - performance.now()));
      const client = await Promise.race([connect(left), endOf(gateway)]);
      await Promise.race([untilServing(port, deadline), endOf(gateway)]);
      return client;
    } catch (error) {
      if (!isPassing(error)) throw error;
      last = error;
      if (error instanceof GatewayCallError) pause = error.retryAfterMs ?? RETRY_MS;
    }
    await delay(Math.min(pause, Math.max(0, deadline - performance.now())));
  }
  const message = `The Gateway was not ready after ${timeoutMs} ms: ${String(last)}\n${output.tail()}`;
  throw new HostLabError("start_failed", message, { cause: last });
}

/** Waits until `/readyz` says 200; it says 503 while plugins are loaded or replaced. */
export async function untilServing(port: number, deadline: number): Promise<void> {
  for (;;) {
    const left = deadline - performance.now();
    if (left <= 0) throw new GatewayConnectionError("call_timeout", "/readyz did not say 200 in time");
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(Math.ceil(left)) });
      await answer.body?.cancel();
      if (answer.status === 200) return;
    } catch (cause) {
      throw new GatewayConnectionError("connection_lost", "/readyz could not be asked", { cause });
    }
    await delay(RETRY_MS);
  }
}

/** Rejects, as a passing error, when the process ends. */
async function endOf(gateway: ManagedProcess): Promise<never> {
  await gateway.exited;
  throw new GatewayConnectionError("connection_lost", "the Gateway's process has ended");
}

/** Not up yet, or up and still busy starting: worth another try. */
function isPassing(error: unknown): boolean {
  return error instanceof GatewayConnectionError || (error instanceof GatewayCallError && error.retryable);
}
