import type { CallIntent, CarrierCapabilities } from "../../capabilities.ts";
import { carrierFault } from "../../carrier-fault.ts";
import type { Step, StepKind } from "../../plan.ts";
import { ConformanceError, describeError, ensure, ensureSame, show, withoutThrowing } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import type { Session } from "../session.ts";
import { can, holdSteps, step } from "../steps.ts";
import { hears } from "./plans.ts";

/** Kinds of step that stand in a row with others and need nothing from the far end. */
const SIMPLE: readonly [StepKind, (session: Session) => readonly Step[]][] = [
  ["say", () => [step.say("A step that is declared.")]],
  ["play", () => [step.play("https://telephone.example.com/sounds/hello.wav")]],
  ["pause", () => [step.pause(10)]],
  ["sendDigits", () => [step.digits("1")]],
  ["record", () => [step.record("start"), step.record("stop")]],
  ["stopSpeech", () => [step.stopSpeech()]],
];

const spoken = (capabilities: CarrierCapabilities) => can(capabilities, "say");

/** Rule A12: capabilities are true. */
export const CAPABILITY_CASES: readonly ConformanceCase[] = [
  {
    rule: "A12.methods",
    async run(session) {
      const fault = carrierFault(session.capabilities, session.carrier);
      ensure(fault === undefined, String(fault));
    },
  },
  {
    rule: "A12.steps",
    applies: spoken,
    async run(session) {
      const { capabilities } = session;
      const declared = SIMPLE.filter(([kind]) => can(capabilities, kind));
      const steps = declared.flatMap(([, make]) => make(session));
      const { remote } = await session.openCall({ steps: [...steps, step.say("That was all of them.")] }, [{ steps: holdSteps(capabilities) }]);
      await hears(session, remote, "That was all of them.", refusal(session) ?? "a plan of declared steps was not run through").catch((error: unknown) => {
        throw new ConformanceError(refusal(session) ?? (error as Error).message);
      });
      const heard = remote.heard();
      if (can(capabilities, "play")) ensure(heard.some(({ kind }) => kind === "play"), "what was to be played was not heard");
      if (can(capabilities, "sendDigits")) ensure(heard.some(({ kind }) => kind === "digits"), "keys that were to be pressed were not heard");
    },
  },
  {
    rule: "A12.check",
    async run({ carrier, capabilities, network }) {
      if (!carrier.check) return; // It is optional: nothing is refused then.
      const { placed } = network;
      for (const intent of intents(capabilities)) {
        const ask = () => withoutThrowing("check", () => carrier.check?.(Object.freeze({ ...intent }))) ?? [];
        const refusals = ask();
        ensureSame(ask(), refusals, "check of the same intent");
        const worded = refusals.every(({ code, message }) => typeof code === "string" && code !== "" && typeof message === "string" && message !== "");
        ensure(worded, `a refusal without code or message: ${show(refusals)}`);
      }
      ensureSame(network.placed, placed, "calls that check placed");
    },
  },
];

/** What a push carrier refused to perform, in words. */
function refusal({ performer }: Session): string | undefined {
  const refused = performer.performances.find(({ error }) => error !== undefined);
  return refused && `the declared step "${refused.step.kind}" was refused: ${describeError(refused.error)}`;
}

function intents({ audioModes }: CarrierCapabilities): CallIntent[] {
  const flags = [{}, { dialDigits: "1" }, { machineDetection: true }, { dialDigits: "1", machineDetection: true }, { record: true }];
  return (["outbound", "inbound"] as const).flatMap((direction) =>
    (["notify", "conversation"] as const).flatMap((mode) =>
      audioModes.flatMap((audioMode) => flags.map((flag) => ({ direction, mode, audioMode, ...flag }))),
    ),
  );
}
