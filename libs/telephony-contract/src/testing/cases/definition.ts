import type { CarrierCapabilities } from "../../capabilities.ts";
import { capabilitiesOf } from "../../carrier.ts";
import { STEP_KINDS } from "../../plan.ts";
import { ensure, ensureSame } from "../assertions.ts";
import type { ConformanceCase } from "../case.ts";
import { ensureInvalidRefused, ensureRegistrable, ensureUnknownRefused, ensureValidAccepted } from "../sections.ts";

/** What can be told without an instance. */
export const DEFINITION_CASES: readonly ConformanceCase[] = [
  {
    rule: "C24.definition",
    inspect: ({ definition }) => ensureRegistrable(definition, "carrier"),
  },
  {
    rule: "C24.valid-config",
    async inspect(subject, capabilities) {
      const { definition, config } = subject;
      await ensureValidAccepted(subject);
      const result = await definition.config["~standard"].validate(config);
      const real = result.issues ? undefined : capabilitiesOf(definition, result.value as never);
      ensureSame(real, capabilities, "capabilities under the valid configuration");
    },
  },
  { rule: "C24.invalid-config", inspect: ensureInvalidRefused },
  { rule: "C24.unknown-key", inspect: ensureUnknownRefused },
  {
    rule: "A9.public-webhook",
    inspect(_subject, { publicWebhook = [], webhooks, audioModes }) {
      ensure(publicWebhook.length === 0 || webhooks === true, "publicWebhook is declared without webhooks");
      const strange = publicWebhook.find((mode) => !audioModes.includes(mode));
      ensure(strange === undefined, `publicWebhook names "${String(strange)}", which is not among audioModes`);
    },
  },
  {
    rule: "A12.coherent",
    inspect(_subject, capabilities) {
      const fault = contradictionIn(capabilities);
      ensure(fault === undefined, String(fault));
    },
  },
  {
    rule: "B20.recovery",
    applies: ({ media }) => media !== undefined,
    inspect(_subject, { flow, media, steps }) {
      const recovery = media?.recovery ?? "none";
      ensure(["refetch", "reissue", "none"].includes(recovery), `recovery "${recovery}" is not known`);
      ensure(recovery !== "refetch" || flow === "pull", 'recovery "refetch" needs flow "pull": only there the carrier asks for documents');
      ensure(recovery !== "reissue" || steps.connectMedia?.native === "yes", 'recovery "reissue" needs connectMedia on a call that is up');
    },
  },
];

/** What capabilities say that cannot be true together, or nothing. */
export function contradictionIn(capabilities: CarrierCapabilities): string | undefined {
  const { flow, steps, listen, dtmfOut, media, audioModes, inbound, outbound } = capabilities;
  const known: readonly string[] = STEP_KINDS;
  const strange = Object.keys(steps).find((kind) => !known.includes(kind));
  if (strange) return `steps names "${strange}", which this contract does not know`;
  if (!inbound && !outbound) return "neither inbound nor outbound is declared";
  if (audioModes.length === 0) return "audioModes is empty";
  if ((listen !== undefined) !== (steps.listen !== undefined)) return "listen and steps.listen are declared together or not at all";
  if (listen && !listen.speech && !listen.digits) return "listen takes neither speech nor digits";
  if (audioModes.includes("native") && !steps.say) return 'audio mode "native" needs the step say';
  if (flow === "pull" && !steps.pause) return "a pull carrier needs the step pause: a plan that holds waits with it";
  if (dtmfOut?.native === "command" && !steps.sendDigits?.native) return "dtmfOut.native is a command without the step sendDigits";
  if (dtmfOut?.media === "command" && !steps.sendDigits?.media) return "dtmfOut.media is a command without the step sendDigits";
  if (media && media.formats.length === 0) return "media.formats is empty";
  if (media && !steps.connectMedia) return "media needs the step connectMedia";
  return inbound && flow === "push" && steps.answer?.unanswered !== "yes" ? "inbound push calls need the step answer" : undefined;
}
