import type { CarrierCapabilities } from "../../capabilities.ts";
import type { AnswerEvent } from "../../events.ts";
import { ensure, ensureSame, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { RemoteParty } from "../harness.ts";
import type { Session } from "../session.ts";
import { can, holdSteps, listenInput, step } from "../steps.ts";
import { callOf } from "./webhooks.ts";

const listens = (capabilities: CarrierCapabilities) => capabilities.listen !== undefined && can(capabilities, "listen");

/** Rule A7: answers prove their turn, and nothing else has one. */
export const ANSWER_CASES: readonly ConformanceCase[] = [
  {
    rule: "A7.nonce",
    applies: listens,
    async run(session) {
      const { call, remote } = await session.openCall({ steps: [step.listen(listenInput(session.capabilities))] });
      const { nonce } = call.plan;
      await answer(session, remote, "first");
      const { turn, input } = await session.event("answer", undefined, "what the caller answered was not reported");
      ensureSame(turn, { nonce, proof: session.capabilities.listen?.proof }, "turn of an answer");
      ensureSame(input.kind === "speech" ? input.text : input.digits, WORDS.first[input.kind], "what was answered");
    },
  },
  {
    rule: "A7.turnless",
    async run(session) {
      await callOf(session);
      const answers = ["answer", "listenEnded", "partialSpeech"];
      const strange = session.calls.seen.find(({ event }) => !answers.includes(event.type) && "turn" in event);
      ensure(strange === undefined, `an event "${String(strange?.event.type)}" carries a turn`);
    },
  },
  {
    rule: "A7.own-turn",
    applies: (capabilities) => listens(capabilities) && capabilities.webhooks === true,
    async run(session) {
      const input = listenInput(session.capabilities);
      const { call, remote } = await session.openCall({ steps: [step.listen(input)] }, [{ steps: [step.listen(input)] }, { steps: holdSteps(session.capabilities) }]);
      const nonces: string[] = [];
      for (const turn of ["first", "second"] as const) {
        nonces.push(call.plan.nonce);
        await answer(session, remote, turn);
        await session.patience.until(() => session.events("answer").length === nonces.length, "what the caller answered was not reported");
      }
      for (const { signed, minted, parsed } of session.door.exchanges) {
        const before = parsed.events.filter((event): event is AnswerEvent => event.type === "answer");
        const again = withoutThrowing("parse", () => session.carrier.parse?.(signed, minted))?.events ?? [];
        const late = again.filter((event): event is AnswerEvent => event.type === "answer");
        if (before.length === 0) continue;
        ensureSame(late.map((event) => event.turn?.nonce), before.map((event) => event.turn?.nonce), "nonce of an answer that comes late");
      }
      ensureSame(session.events("answer").map((event) => event.turn?.nonce), nonces, "nonces of two turns");
    },
  },
];

/** What the caller says or presses in the kit's turns. */
const WORDS = {
  first: { speech: "Yes, please", digits: "12" },
  second: { speech: "No, thanks", digits: "34" },
} as const;

/** The far end answers a turn, by voice where the carrier listens for that. */
export async function answer(session: Session, remote: RemoteParty, turn: keyof typeof WORDS): Promise<void> {
  const { speech, digits } = WORDS[turn];
  await session.act("answer of the caller", () => (session.capabilities.listen?.speech ? remote.say(speech) : remote.press(`${digits}#`)));
}
