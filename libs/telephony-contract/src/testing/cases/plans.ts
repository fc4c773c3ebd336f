import type { CarrierCapabilities } from "../../capabilities.ts";
import { ensure, ensureSame, withoutThrowing } from "../assertions.ts";
import type { PlannedSteps } from "../calls.ts";
import type { ConformanceCase } from "../case.ts";
import type { RemoteParty } from "../harness.ts";
import type { Session } from "../session.ts";
import { HOLD_MS, NO_INPUT_MS, can, holdSteps, listenInput, step } from "../steps.ts";

const pull = ({ flow }: CarrierCapabilities) => flow === "pull";
const push = ({ flow }: CarrierCapabilities) => flow === "push";
const outboundSpeech = (capabilities: CarrierCapabilities) => capabilities.outbound === true && can(capabilities, "say");

/** Rules A1 to A3: plans and documents. */
export const PLAN_CASES: readonly ConformanceCase[] = [
  {
    rule: "A1.delivery",
    applies: outboundSpeech,
    async run(session) {
      const { remote, result } = await session.dial({ steps: [step.say("The first words.")] });
      const { flow } = session.capabilities;
      const allowed = flow === "pull" ? ["inline", "will-fetch"] : ["stepwise"];
      ensure(allowed.includes(result.delivery), `a ${flow} carrier says "${result.delivery}"`);
      await session.act("answer", () => remote.answer());
      await hears(session, remote, "The first words.");
      if (flow === "push") return;
      const first = session.door.exchanges.find(({ parsed }) => parsed.reply === "document");
      const fetched = first?.reply.body.includes("The first words.") === true;
      ensure(fetched === (result.delivery === "will-fetch"), `"${result.delivery}" is not true: the plan was ${fetched ? "" : "not "}fetched`);
    },
  },
  {
    rule: "A1.oversized",
    applies: (capabilities) => pull(capabilities) && outboundSpeech(capabilities),
    async run(session) {
      const steps = Array.from({ length: 100 }, (_, index) => step.say(`Part ${index} ${"of a long story ".repeat(12)}`));
      const { remote } = await session.dial({ steps });
      await session.act("answer", () => remote.answer());
      await hears(session, remote, "Part 99 ");
      for (let part = 0; part < steps.length; part++) ensure(heardText(remote).includes(`Part ${part} `), `part ${part} of a large plan was not heard`);
    },
  },
  {
    rule: "A1.answer-renders-nothing",
    applies: pull,
    async run(session) {
      const rest = holdSteps(session.capabilities);
      ensureSame(document(session, { steps: [step.answer(), ...rest] }), document(session, { steps: rest }), "a document with answer in front");
    },
  },
  {
    rule: "A1.answer-once",
    applies: (capabilities) => push(capabilities) && capabilities.inbound === true && can(capabilities, "answer", "unanswered"),
    async run(session) {
      const taking = step.answer();
      const { remote } = await session.receive({ steps: [taking] });
      await session.patience.until(() => remote.state() === "answered", "answer did not take the call off the hook");
      await session.event("answered", undefined, "an inbound call that was taken is not reported as answered");
      await session.patience.settle();
      ensureSame(session.events("answered").length, 1, "reports of one answered call");
    },
  },
  {
    rule: "A1.reject",
    applies: (capabilities) => capabilities.inbound === true && can(capabilities, "reject", "unanswered"),
    async run(session) {
      const { remote } = await session.receive({ steps: [step.reject()], then: "hangup" });
      await session.patience.until(() => remote.state() !== "ringing", "reject left the call ringing");
      await session.patience.settle();
      ensureSame([remote.state(), session.events("answered").length], ["ended", 0], "state and answers of a rejected call");
    },
  },
  {
    rule: "A1.step-ended",
    applies: (capabilities) => push(capabilities) && can(capabilities, "say"),
    async run(session) {
      const steps = [step.say("One."), step.say("Two.")];
      await session.openCall({ steps });
      for (const { id } of steps) {
        await session.event("stepEnded", (event) => event.stepId === id, "a step that was performed has no end");
      }
      await session.patience.settle();
      const ends = session.events("stepEnded").map(({ stepId, outcome }) => `${stepId} ${outcome}`);
      ensureSame(ends.filter((end) => steps.some(({ id }) => end.startsWith(`${id} `))), steps.map(({ id }) => `${id} completed`), "ends of steps");
    },
  },
  {
    rule: "A2.nudge",
    applies: (capabilities) => capabilities.nudge === true && pull(capabilities) && can(capabilities, "say"),
    async run(session) {
      const { call, remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      await session.patience.until(() => remote.state() === "answered", "a call that was placed is not up");
      session.calls.setPlan(call, { steps: [step.say("Something else now.")] });
      const { document: url } = call.urls;
      const fetches = () => session.door.exchanges.filter(({ request }) => request.url.startsWith(url)).length;
      await session.accepted("nudge", () => session.carrier.nudge?.(session.ref(call), url, session.deadline()) ?? Promise.resolve());
      await session.patience.until(() => fetches() > 0, "a nudge did not lead to a fetch of its document");
      await hears(session, remote, "Something else now.");
      ensureSame(fetches(), 1, "fetches after one nudge");
    },
  },
  {
    rule: "A3.never-empty",
    applies: pull,
    async run(session) {
      for (const then of ["hold", "hangup"] as const) {
        for (const steps of [[], holdSteps(session.capabilities)]) {
          const { status, body } = document(session, { steps, then });
          ensure(status >= 200 && status < 300 && body.trim() !== "", `a plan of ${steps.length} steps, then ${then}, renders to an empty document`);
        }
      }
      const { call, body } = document(session, { steps: [], then: "hold" });
      ensure(mentions(body, call.urls.continuation), "a plan that holds without a step leads nowhere");
    },
  },
  {
    rule: "A3.continuation",
    applies: (capabilities) => pull(capabilities) && can(capabilities, "say"),
    async run(session) {
      const { remote } = await session.openCall({ steps: [step.say("Please hold.")] }, [{ steps: [step.say("Still here."), ...holdSteps(session.capabilities)] }]);
      await hears(session, remote, "Still here.", "a document that was run through did not continue with a fetch");
    },
  },
  {
    rule: "A3.hang-up",
    applies: (capabilities) => pull(capabilities) && can(capabilities, "say"),
    async run(session) {
      const { remote } = await session.openCall({ steps: [step.say("Goodbye.")], then: "hangup" });
      await session.patience.until(() => remote.state() === "ended", "the call goes on after a plan that ends in a hang-up");
      ensure(heardText(remote).includes("Goodbye."), "the farewell was not heard");
    },
  },
  {
    rule: "A3.no-input",
    applies: (capabilities) => capabilities.listen !== undefined && can(capabilities, "listen"),
    async run(session) {
      const { call } = await session.openCall({ steps: [step.listen(listenInput(session.capabilities))] });
      const { nonce } = call.plan;
      await session.patience.settle();
      await session.clock.advance(NO_INPUT_MS + HOLD_MS / 2);
      const ended = await session.event("listenEnded", undefined, "silence while listening was not reported");
      ensureSame([ended.outcome, ended.turn?.nonce], ["no-input", nonce], "outcome and nonce of listening to silence");
    },
  },
  {
    rule: "A3.same-document",
    applies: pull,
    async run(session) {
      const { call } = document(session, { steps: holdSteps(session.capabilities) });
      const render = () => withoutThrowing("render", () => session.carrier.render?.(call.plan, call.urls));
      ensureSame(render(), render(), "the same plan rendered again");
    },
  },
];

/** A document, and the call that it was rendered for. Rendered for one call, so that only what differs is different. */
function document(session: Session, planned: PlannedSteps) {
  const call = session.calls.calls[0] ?? session.calls.create({ direction: "outbound", from: "+15550100001", to: "+15550100002" }, planned);
  const plan = { ...call.plan, steps: planned.steps, then: planned.then ?? "hold" };
  const reply = withoutThrowing("render", () => session.carrier.render?.(plan, call.urls)) ?? { status: 500, headers: {}, body: "" };
  return { ...reply, call };
}

/** Whether a document mentions a URL, also where its format escapes slashes. */
export function mentions(body: string, url: string): boolean {
  return body.replaceAll("\\", "").includes(url);
}

/** Everything that was said to the far end. */
export function heardText(remote: RemoteParty): string {
  return remote
    .heard()
    .map((heard) => (heard.kind === "say" ? heard.text : ""))
    .join("\n");
}

/** Waits until the far end heard a text. */
export async function hears(session: Session, remote: RemoteParty, text: string, what = `the far end did not hear "${text}"`): Promise<void> {
  await session.patience.until(() => heardText(remote).includes(text), what);
}
