import type { CarrierCapabilities } from "../../capabilities.ts";
import { isTelephonyError } from "../../errors.ts";
import { HarnessError, describeError, ensure, ensureSame } from "../assertions.ts";
import type { KitCall } from "../calls.ts";
import type { ConformanceCase } from "../case.ts";
import type { NetworkFault } from "../harness.ts";
import { leakIn, leakInLog, type Confidential } from "../log-recorder.ts";
import type { Outcome } from "../patience.ts";
import { NUMBERS, type Session } from "../session.ts";
import { can, holdSteps, step } from "../steps.ts";
import { callOf } from "./webhooks.ts";

const outbound = (capabilities: CarrierCapabilities) => capabilities.outbound === true;
/** Something that was certainly said, if it stands in the log. */
const CONFIDENCE = "The password is swordfish";

/** D: hang-up, status, errors, deadlines, and what may not be told. */
export const FAILURE_CASES: readonly ConformanceCase[] = [
  {
    rule: "D1.hang-up-twice",
    async run(session) {
      const { call, remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.hangUp(call);
      ensureSame(remote.state(), "ended", "state of a call that we hung up");
      const reports = session.events("ended").length;
      await session.hangUp(call);
      ensureSame(session.events("ended").length, reports, "reports of the end after hanging up again");
    },
  },
  {
    rule: "D1.hang-up-ended",
    async run(session) {
      const { call, remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.act("hang-up", () => remote.hangUp());
      await session.hangUp(call);
    },
  },
  {
    rule: "D2.status-truth",
    async run(session) {
      const steps = holdSteps(session.capabilities);
      const ringing = session.capabilities.outbound ? await session.dial({ steps }) : undefined;
      if (ringing) {
        ensureSame(await status(session, ringing.call), "ringing", "status of a call that rings");
        await session.act("answer", () => ringing.remote.answer());
      }
      const { call, remote } = ringing ?? (await session.openCall({ steps }));
      ensureSame(await status(session, call), "answered", "status of a call that is up");
      await session.act("hang-up", () => remote.hangUp());
      ensureSame(await status(session, call), "ended", "status of a call that is over");
    },
  },
  {
    rule: "D2.status-fault",
    async run(session) {
      const { call } = await session.openCall({ steps: holdSteps(session.capabilities) });
      for (const fault of ["server-error", "rate-limited"] as const) {
        session.network.failNext(fault);
        const state = await status(session, call);
        // A carrier may ask again by itself, and then it knows.
        ensure(state === "unknown" || state === "answered", `status of a live call after "${fault}" is "${state}"`);
      }
    },
  },
  {
    rule: "D3.branded",
    applies: outbound,
    async run(session) {
      for (const fault of ["server-error", "unauthorized", "rate-limited", "stall"] as const) {
        for (const outcome of await failed(session, fault)) {
          if (outcome.ok) continue;
          ensure(isTelephonyError(outcome.error), `"${fault}" is rejected with ${describeError(outcome.error)}, which is no error of the contract`);
          ensure(outcome.error.code !== "" && typeof outcome.error.retryable === "boolean", "an error has no code or no retryable");
        }
      }
    },
  },
  {
    rule: "D3.retryable",
    applies: outbound,
    async run(session) {
      const [dialled, hungUp] = await failed(session, "unauthorized");
      for (const outcome of [dialled, hungUp]) {
        if (outcome.ok) continue;
        ensure(isTelephonyError(outcome.error, "auth-failed"), `refused credentials are rejected with ${describeError(outcome.error)}, not auth-failed`);
        ensure(!outcome.error.retryable, "refused credentials are called retryable");
      }
      for (const fault of ["server-error", "rate-limited"] as const) {
        const [, again] = await failed(session, fault);
        ensure(again.ok || (again.error as { retryable?: boolean }).retryable === true, `a hang-up that met "${fault}" is not called retryable`);
      }
    },
  },
  {
    rule: "D4.deadline",
    async run(session) {
      const { carrier, capabilities } = session;
      const { call } = await session.openCall({ steps: holdSteps(capabilities) });
      const [ref, { plan, urls }] = [session.ref(call), call];
      const pause = step.pause(10);
      await meets(session, "stall", "hangup", (signal) => carrier.hangup(ref, signal));
      await meets(session, "stall", "status", (signal) => carrier.status(ref, signal));
      if (carrier.find) await meets(session, "stall", "find", async (signal) => carrier.find?.(call.callId, signal));
      if (carrier.nudge) await meets(session, "stall", "nudge", async (signal) => carrier.nudge?.(ref, urls.document, signal));
      if (carrier.perform && can(capabilities, "pause")) {
        await meets(session, "stall", "perform", async (signal) => carrier.perform?.(ref, pause, { ...plan, urls, signal }));
      }
      if (capabilities.outbound) await dialMeets(session, "stall");
    },
  },
  {
    rule: "D4.aborted",
    applies: outbound,
    async run(session) {
      const { outcome } = await session.tryDial({ steps: holdSteps(session.capabilities) }, { signal: AbortSignal.abort() });
      await session.patience.settle();
      ensure(!outcome.ok, "a dial that was aborted before it began is accepted");
      ensureSame(session.network.placed, 0, "calls that were placed");
    },
  },
  {
    rule: "D5.log",
    async run(session) {
      const words = can(session.capabilities, "say") ? [step.say(CONFIDENCE)] : [];
      const { call } = await session.openCall({ steps: [...words, ...holdSteps(session.capabilities)] });
      await session.patience.settle();
      await session.hangUp(call);
      await callOf(session);
      if (session.capabilities.outbound) for (const fault of ["server-error", "unauthorized"] as const) await failed(session, fault);
      const leak = leakInLog(session.log.lines, { ...confidential(session), spoken: [CONFIDENCE, "first answer", "second answer"] });
      ensure(leak === undefined, String(leak));
    },
  },
  {
    rule: "D5.messages",
    applies: outbound,
    async run(session) {
      for (const fault of ["server-error", "unauthorized", "rate-limited", "stall", "lost"] as const) {
        for (const outcome of await failed(session, fault)) {
          const leak = outcome.ok ? undefined : leakIn(describeError(outcome.error), confidential(session));
          ensure(leak === undefined, `${String(leak)} stands in the message of an error`);
        }
      }
    },
  },
];

/** A dial and a hang-up that meet a fault. */
async function failed(session: Session, fault: NetworkFault): Promise<[Outcome<unknown>, Outcome<unknown>]> {
  const { call } = await session.openCall({ steps: holdSteps(session.capabilities) });
  const hungUp = await meets(session, fault, "hangup", (signal) => session.carrier.hangup(session.ref(call), signal));
  return [await dialMeets(session, fault), hungUp];
}

async function dialMeets(session: Session, fault: NetworkFault): Promise<Outcome<unknown>> {
  const dialled = await meets(session, fault, "dial", (signal) => session.tryDial({ steps: holdSteps(session.capabilities) }, { signal }));
  if (!dialled.ok) throw dialled.error;
  return dialled.value.outcome;
}

/** What becomes of a request that meets a fault. One that stalls is given up, and has to settle then. */
async function meets<T>(session: Session, fault: NetworkFault, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> {
  const deadline = new AbortController();
  session.network.failNext(fault);
  const settling = session.patience.outcome(`${what} that met "${fault}"`, () => work(deadline.signal));
  settling.catch(() => undefined);
  await session.clock.settle();
  if (fault === "stall") deadline.abort();
  const outcome = await settling;
  session.network.failNext("none");
  return outcome;
}

async function status(session: Session, call: KitCall): Promise<string> {
  const { state } = await session.accepted("status", () => session.carrier.status(session.ref(call), session.deadline()));
  return state;
}

/** What may not be told in this session. */
function confidential({ subject }: Session): Confidential {
  const { secrets: keys = [] } = subject.definition;
  const secrets = keys.map((key) => valueAt(subject.config, key)).filter((value): value is string => typeof value === "string" && value !== "");
  if (secrets.length < keys.length) throw new HarnessError(`the valid configuration has to fill every secret: ${keys.join(", ")}`);
  return { secrets, numbers: Object.values(NUMBERS) };
}

/** Value at a key, with dots between nested ones. */
function valueAt(config: unknown, key: string): unknown {
  return key.split(".").reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], config);
}
