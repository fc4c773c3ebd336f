import type { CarrierCapabilities } from "../../capabilities.ts";
import { HarnessError, ensure, ensureSame } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { RemoteParty } from "../harness.ts";
import { NUMBERS, type Session } from "../session.ts";
import { can, holdSteps, step } from "../steps.ts";
import { hears } from "./plans.ts";

const transfers = (capabilities: CarrierCapabilities) => can(capabilities, "transfer");

/** Rules A13 to A15 on a call: keys, machine detection, transfers. */
export const KEY_AND_TRANSFER_CASES: readonly ConformanceCase[] = [
  {
    rule: "A13.one-source",
    applies: ({ dtmfIn }) => dtmfIn?.native === "event",
    async run(session) {
      const { remote } = await session.openCall({ steps: holdSteps(session.capabilities) });
      for (const key of ["5", "5", "#"]) await session.act("key", () => remote.press(key));
      await session.patience.until(() => pressed(session).length >= 3, "keys that were pressed are not reported");
      await session.patience.settle();
      ensureSame(pressed(session), "55#", "keys that were pressed");
    },
  },
  {
    rule: "A13.listen-digits",
    applies: (capabilities) => capabilities.listen?.digits === true && can(capabilities, "listen"),
    async run(session) {
      const { remote } = await session.openCall({ steps: [step.listen("digits")] });
      await session.act("keys", () => remote.press("42#"));
      const { input } = await session.event("answer", undefined, "keys that were pressed while listening are no answer");
      await session.patience.settle();
      ensureSame(input, { kind: "digits", digits: "42" }, "the answer by keys");
      ensureSame([session.events("answer").length, pressed(session)], [1, ""], "answers, and keys reported beside them");
    },
  },
  {
    rule: "A13.digits-out",
    applies: (capabilities) => capabilities.dtmfOut?.native === "command" && can(capabilities, "sendDigits"),
    async run(session) {
      const { remote } = await session.openCall({ steps: [step.digits("1w2W*#"), ...holdSteps(session.capabilities)] });
      await session.patience.until(() => digitsHeard(remote) !== "", "the far end heard no keys");
      ensureSame(digitsHeard(remote), "12*#", "keys that the far end heard, pauses aside");
    },
  },
  {
    rule: "A13.dial-digits",
    applies: ({ outbound, dialDigits }) => outbound === true && dialDigits === true,
    async run(session) {
      const words = can(session.capabilities, "say") ? [step.say("After the keys.")] : [];
      const { remote } = await session.dial({ steps: [...words, ...holdSteps(session.capabilities)] }, { dialDigits: "77" });
      await session.act("answer", () => remote.answer());
      await session.patience.until(() => digitsHeard(remote) === "77", "keys given with the dial were not heard");
      if (words.length > 0) await hears(session, remote, "After the keys.");
      ensureSame(remote.heard()[0]?.kind, "digits", "what the far end heard first");
    },
  },
  {
    rule: "A14.verdict",
    applies: ({ outbound, machineDetection }) => outbound === true && machineDetection === true,
    async run(session) {
      for (const verdict of ["machine", "human"] as const) {
        const { call, remote } = await session.dial({ steps: holdSteps(session.capabilities) }, { machineDetection: true });
        await session.act("answer", () => remote.answer());
        const { detect } = remote;
        if (!detect) throw new HarnessError("the far end has no detect(), which the capability machineDetection needs");
        const reports = () => session.events("machine").filter(({ callId, carrierIds }) => callId === call.callId || carrierIds.some((id) => call.carrierIds.has(id)));
        ensureSame(reports(), [], "verdicts before there is one");
        await session.act("verdict", () => detect.call(remote, verdict));
        await session.patience.until(() => reports().length > 0, "the verdict of machine detection is not reported");
        ensureSame(reports().map((report) => report.verdict), [verdict], "verdict of machine detection");
        await session.act("hang-up", () => remote.hangUp());
      }
    },
  },
  {
    rule: "A15.transferred",
    applies: transfers,
    async run(session) {
      const { stepId, state, wanted } = await transfer(session, "answer");
      ensureSame([stepId, state], [wanted, "transferred"], "step and state of a transfer that succeeds");
    },
  },
  {
    rule: "A15.back",
    applies: transfers,
    async run(session) {
      const { stepId, state, wanted, remote } = await transfer(session, "busy");
      ensureSame([stepId, state], [wanted, "back"], "step and state of a transfer that fails");
      if (can(session.capabilities, "say")) await hears(session, remote, "Nobody is there.", "what follows a transfer that failed was not heard");
      ensureSame(remote.state(), "answered", "state of the call after a transfer that failed");
    },
  },
];

async function transfer(session: Session, target: "answer" | "busy") {
  const { network, capabilities } = session;
  if (!network.transferTarget) throw new HarnessError("the network has no transferTarget(), which the step transfer needs");
  network.transferTarget(target);
  const words = can(capabilities, "say") ? [step.say("Nobody is there.")] : [];
  const away = step.transfer(NUMBERS.target, [...words, ...holdSteps(capabilities)]);
  const { remote } = await session.openCall({ steps: [away] });
  const event = await session.event("transfer", undefined, "the end of a transfer is not reported");
  await session.patience.settle();
  ensureSame(session.events("transfer").length, 1, "reports of one transfer");
  ensure(typeof event.stepId === "string", "the end of a transfer names no step");
  return { stepId: event.stepId, state: event.state, wanted: away.id, remote };
}

function pressed(session: Session): string {
  return session
    .events("digits")
    .map(({ digits }) => digits)
    .join("");
}

function digitsHeard(remote: RemoteParty): string {
  const heard = remote.heard().map((one) => (one.kind === "digits" ? one.digits : ""));
  return heard.join("").replaceAll(/w/gi, "");
}
