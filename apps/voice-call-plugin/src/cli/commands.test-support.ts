import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import type { CallView, Telephone, TelephoneEvent } from "@openclaw/call-engine";
import { FakeHost } from "../host/fake-host.test-support.ts";
import type { Method } from "../requests/methods.ts";
import type { TelephoneRequest } from "../runtime/open-telephone.ts";
import type { CliContext, CommandRun, Flags } from "./context.ts";
import { perform } from "./run.ts";
// Loaded beforehand, because a clock that the test moves does not wait for a module to be read.
import "./standalone.ts";

/** Answers for requests to the Gateway: a value, or an error to reject with. */
export type GatewayAnswers = Partial<Record<Method, unknown>> | Error;

/** A terminal with a plugin configuration, with or without a Gateway, on a clock that the test moves. */
export function terminal(config: unknown, gateway: GatewayAnswers) {
  const host = new FakeHost(config);
  const clock = createVirtualClock();
  const interrupt = new AbortController();
  const asked: [Method, unknown, number][] = [];
  const opened: TelephoneRequest[] = [];
  let stdout = "";
  const stderr: string[] = [];
  let closed = 0;
  const listeners = new Set<(event: TelephoneEvent) => void>();
  const calls = new Map<string, CallView>();
  const telephone = {
    initiate: (request: { to?: string }) => {
      const call = { callId: "c1", to: request.to, from: "+15550001", state: "initiated", transcript: [] } as unknown as CallView;
      calls.set("c1", call);
      return Promise.resolve(call);
    },
    end: () => Promise.resolve(),
    get: (callId: string) => calls.get(callId),
    active: () => [],
    subscribe: (listener: (event: TelephoneEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  } as unknown as Telephone;
  const context: CliContext = {
    runtime: host.runtime,
    env: {},
    clock,
    out: (text) => void (stdout += text),
    err: (line) => void stderr.push(line),
    interactive: false,
    signal: interrupt.signal,
    ask: (method, input, timeoutMs) => {
      asked.push([method, input, timeoutMs]);
      const answer = gateway instanceof Error ? gateway : gateway[method];
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? { found: true, calls: [] });
    },
    open: (request) => {
      opened.push(request);
      return Promise.resolve({ telephone, close: () => Promise.resolve(void closed++) });
    },
  };
  return {
    host, clock, asked, opened, stderr, interrupt, listeners,
    stdout: () => stdout,
    json: () => JSON.parse(stdout) as Record<string, unknown>,
    closed: () => closed,
    end: (state: string) => {
      for (const listener of listeners) listener({ type: "changed", call: { ...calls.get("c1"), callId: "c1", state, endedAt: 1 } as CallView });
    },
    run: (command: CommandRun, flags: Flags = {}) => perform(command, flags, context),
    [Symbol.dispose]: () => host[Symbol.dispose](),
  };
}
