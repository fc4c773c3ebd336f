import type { CarrierCapabilities } from "../../capabilities.ts";
import type { CallEvent } from "../../events.ts";
import type { UrlPurpose } from "../../webhook.ts";
import { ensure, ensureSame, show, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import { holdSteps } from "../steps.ts";
import { callOf } from "./webhooks.ts";

const outbound = (capabilities: CarrierCapabilities) => capabilities.outbound === true;
/** 2001-09-09 in milliseconds: what is below was written in seconds. */
const FIRST_PLAUSIBLE_MS = 1e12;
const encode = (text: string) => new TextEncoder().encode(text);

/** Rules A5 (of events) and A8: what events are made of, and what they report. */
export const EVENT_CASES: readonly ConformanceCase[] = [
  {
    rule: "A5.dedupe-key",
    async run(session) {
      for (const { signed, minted, parsed } of await callOf(session)) {
        const again = withoutThrowing("parse", () => session.carrier.parse?.(signed, minted))?.events ?? [];
        ensureSame(keysOf(again), keysOf(parsed.events), "deduplication keys of the same request");
      }
      const clash = session.calls.seen.find(({ repeated }) => repeated)?.event;
      ensure(clash === undefined, `"${String(clash?.type)}" has the deduplication key of another happening`);
    },
  },
  {
    rule: "A8.shape",
    async run(session) {
      await callOf(session);
      ensure(session.calls.seen.length > 0, "a whole call was not reported by any event");
      for (const { event } of session.calls.seen) {
        const fault = faultOf(event);
        ensure(fault === undefined, `event "${event.type}": ${String(fault)}`);
      }
    },
  },
  {
    rule: "A8.answered",
    async run(session) {
      await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.event("answered", undefined, "a call that was answered is not reported as answered");
    },
  },
  {
    rule: "A8.ended-once",
    async run(session) {
      const { remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.act("hang-up", () => remote.hangUp());
      const { reason } = await session.event("ended", undefined, "a call that is over is not reported as ended");
      await session.patience.settle();
      ensureSame([session.events("ended").length, reason], [1, "completed"], "reports and reason of one end");
    },
  },
  {
    rule: "A8.end-reason",
    applies: outbound,
    async run(session) {
      const { remote } = await session.dial({ steps: holdSteps(session.capabilities) });
      await session.act("busy", () => remote.busy());
      ensureSame((await session.event("ended")).reason, "busy", "reason of a call to someone who is busy");
    },
  },
  {
    rule: "A8.end-reason",
    applies: (capabilities) => outbound(capabilities) && capabilities.ringTimeout === true,
    async run(session) {
      await session.dial({ steps: holdSteps(session.capabilities) }, { ringTimeoutMs: 20_000 });
      await session.clock.advance(40_000);
      ensureSame((await session.event("ended")).reason, "no-answer", "reason of a call that nobody answers");
    },
  },
  {
    rule: "A8.unknown",
    applies: ({ webhooks }) => webhooks === true,
    async run(session) {
      const [exchange] = await callOf(session);
      if (!exchange) return;
      const { signed, minted } = exchange;
      const purposes: UrlPurpose[] = ["status", "entry", "document", "continuation", "machine", "media", "recording", "transfer"];
      for (const text of ["", "{}", "null", "[1]", "a=b&c", "\u0000", '{"event":"from.the.future","data":{"type":"unheard-of"}}', "status=unheard-of&call=x"]) {
        for (const purpose of purposes) {
          const unknown = { ...signed, body: encode(text) };
          const parsed = withoutThrowing(`parse of ${show(text)}`, () => session.carrier.parse?.(unknown, { ...minted, purpose }));
          ensure(Array.isArray(parsed?.events), `parse of ${show(text)} gives no list of events`);
          if (purpose === "status") ensureSame(parsed?.events, [], `events of ${show(text)}`);
        }
      }
    },
  },
];

function keysOf(events: readonly CallEvent[]): string[] {
  return events.map(({ dedupeKey }) => dedupeKey);
}

function faultOf({ occurredAt, dedupeKey, carrierIds, order }: CallEvent): string | undefined {
  if (!Number.isFinite(occurredAt) || occurredAt < FIRST_PLAUSIBLE_MS) return `occurredAt ${occurredAt} is not in milliseconds since the epoch`;
  if (typeof dedupeKey !== "string" || dedupeKey === "") return "the deduplication key is empty";
  if (!Array.isArray(carrierIds) || carrierIds.some((id) => typeof id !== "string" || id === "")) return "carrierIds is not a list of ids";
  return order === undefined || Number.isFinite(order) ? undefined : `order ${order} is not a number`;
}
