import type { CarrierCapabilities } from "../../capabilities.ts";
import { isTelephonyError } from "../../errors.ts";
import type { JsonValue } from "../../events.ts";
import { ensure, ensureSame, show, describeError } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import { NUMBERS } from "../session.ts";
import { holdSteps } from "../steps.ts";
import { callOf } from "./webhooks.ts";

const outbound = (capabilities: CarrierCapabilities) => capabilities.outbound === true;
const MAX_STATE_BYTES = 4096;

/** Rules A9 and A10: the instance's life, and which call is which. */
export const IDENTITY_CASES: readonly ConformanceCase[] = [
  {
    rule: "A9.close",
    async run(session) {
      const { remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.close();
      const emitted = () => session.calls.seen.filter(({ via }) => via === "emit").length;
      const [before, links] = [emitted(), session.links.length];
      await session.act("hang-up", () => remote.hangUp());
      ensureSame([emitted(), session.links.length], [before, links], "events and links after close");
    },
  },
  {
    rule: "A9.abort",
    applies: outbound,
    async run(session) {
      session.network.failNext("stall");
      const dialling = session.tryDial({ steps: holdSteps(session.capabilities) });
      dialling.catch(() => undefined);
      await session.clock.settle();
      session.instance.abort();
      const { outcome } = await dialling;
      ensure(!outcome.ok, "a dial succeeds that the network never answered");
    },
  },
  {
    rule: "A10.matchable",
    async run(session) {
      await callOf(session);
      const lost = session.calls.seen.find(({ call }) => call === undefined)?.event;
      ensure(lost === undefined, `event "${String(lost?.type)}" names neither our call id nor an id that the call is known by`);
    },
  },
  {
    rule: "A10.matchable",
    applies: outbound,
    async run(session) {
      session.network.failNext("lost");
      const { call } = await session.tryDial({ steps: holdSteps(session.capabilities) });
      const remote = await session.party(NUMBERS.remote);
      await session.act("answer", () => remote.answer());
      await session.act("hang-up", () => remote.hangUp());
      await session.patience.until(() => session.calls.seen.length > 0, "a call whose dial was not answered is not reported");
      const adopted = session.calls.seen.every((seen) => seen.call === call);
      ensure(adopted, "an event of a call whose dial was not answered does not name our call id");
    },
  },
  {
    rule: "A10.one-dial",
    applies: outbound,
    async run(session) {
      const faults = ["lost", "server-error", "stall"] as const;
      for (const [index, fault] of faults.entries()) {
        session.network.failNext(fault);
        const patience = new AbortController();
        const dialling = session.tryDial({ steps: holdSteps(session.capabilities) }, { signal: patience.signal });
        dialling.catch(() => undefined);
        await session.patience.settle();
        if (fault === "stall") patience.abort();
        await dialling;
        await session.patience.settle();
        ensure(session.network.placed <= index + 1, `one call id was dialled more than once after "${fault}"`);
      }
    },
  },
  {
    rule: "A10.dial-unknown",
    applies: outbound,
    async run(session) {
      session.network.failNext("lost");
      const { outcome } = await session.tryDial({ steps: holdSteps(session.capabilities) });
      if (outcome.ok) return ensure(outcome.value.carrierIds.length > 0, "a dial whose answer was lost is taken for accepted");
      const { error } = outcome;
      const told = isTelephonyError(error, "dial-unknown") || isTelephonyError(error, "timeout");
      ensure(told, `a dial whose answer was lost is rejected with ${describeError(error)}`);
      ensure(!(error as { retryable: boolean }).retryable, "a dial whose outcome is not known is called retryable");
    },
  },
  {
    rule: "A10.find",
    applies: (capabilities) => outbound(capabilities) && capabilities.find === true,
    async run(session) {
      const { find } = session.carrier;
      if (!find) return; // Rule A12.methods tells.
      session.network.failNext("lost");
      const { call } = await session.tryDial({ steps: holdSteps(session.capabilities) });
      const look = (callId: string) => session.accepted("find", () => find.call(session.carrier, callId, session.deadline()));
      const found = await look(call.callId);
      ensure(found !== undefined && found.carrierIds.length > 0, "a call that was placed is not found by our id");
      ensureSame(await look("call-that-never-was"), undefined, "a call that was never placed");
      for (const id of found.carrierIds) call.carrierIds.add(id);
      const remote = await session.party(NUMBERS.remote);
      const { state } = await session.accepted("status", () => session.carrier.status(session.ref(call), session.deadline()));
      ensureSame(state, remote.state(), "status of a call by the ids that were found");
    },
  },
  {
    rule: "A10.state-size",
    async run(session) {
      const steps = holdSteps(session.capabilities);
      const states: (JsonValue | undefined)[] = [];
      if (session.capabilities.outbound) states.push((await session.dial({ steps })).result.carrierState);
      await callOf(session);
      states.push(...session.calls.seen.map(({ event }) => event.carrierState));
      for (const state of states) {
        if (state === undefined) continue;
        const json = JSON.stringify(state) as string | undefined;
        ensure(json !== undefined && show(JSON.parse(json)) === show(state) && plain(state), "carrierState is not JSON");
        ensure(new TextEncoder().encode(json).length <= MAX_STATE_BYTES, `carrierState has more than ${MAX_STATE_BYTES} bytes`);
      }
    },
  },
];

/** Whether a value is made of nothing but what JSON can hold. */
function plain(value: unknown): boolean {
  if (value === null || ["boolean", "string"].includes(typeof value)) return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(plain);
  if (typeof value !== "object") return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(plain);
}
