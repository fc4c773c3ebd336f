import { notPublic } from "../exposure.ts";
import { fullKey } from "../problem.ts";
import type { ReadinessFacts } from "../readiness.ts";
import type { VoiceCallConfig } from "../schema.ts";
import { audioModeOf } from "../settings.ts";
import { type ReadinessCheck, doubtful, failed, passed } from "./check.ts";

/** Whether a carrier is chosen and its package there, once. */
export function* checkCarrier({ provider }: VoiceCallConfig, facts: ReadinessFacts): Generator<ReadinessCheck> {
  const { carrier, installedCarriers } = facts;
  const installed = installedCarriers.length > 0 ? `Installed: ${installedCarriers.join(", ")}` : "No carrier is installed";
  if (provider === undefined) {
    yield failed("carrier-chosen", `No carrier is chosen. ${installed}`, `Set ${fullKey("provider")}`, ["provider"]);
    return;
  }
  yield passed("carrier-chosen", `The carrier is ${provider}`);
  switch (carrier?.state) {
    case "found":
      yield passed("carrier-installed", `${carrier.entry.package} ${carrier.entry.version} carries ${provider}`);
      break;
    case "conflict":
      yield failed(
        "carrier-installed",
        `Several packages claim the carrier ${provider}: ${carrier.packages.join(", ")}`,
        "Remove all but one with openclaw plugins uninstall; none is used until then",
      );
      break;
    case "incompatible":
      yield failed(
        "carrier-installed",
        `${carrier.entry.package} ${carrier.entry.version} was written for another version of the telephony contract`,
        `Update ${carrier.entry.package} and the telephone`,
      );
      break;
    default:
      yield failed(
        "carrier-installed",
        `The carrier ${provider} is not installed. ${installed}`,
        `Install its package, for example openclaw plugins install @openclaw/voice-call-${provider}, or correct ${fullKey("provider")}`,
      );
  }
}

/** Whether the carrier's section is complete and right. */
export function* checkCredentials({ provider }: VoiceCallConfig, facts: ReadinessFacts): Generator<ReadinessCheck> {
  const { carrier, section, unresolvedSecrets = [] } = facts;
  if (provider === undefined || carrier?.state !== "found" || !section) return;
  const { missing, wrong } = section;
  if (missing.length > 0) {
    const { env = {} } = carrier.definition;
    const variables = missing.flatMap((key) => env[key.slice(provider.length + 1)]?.slice(0, 1) ?? []);
    const remedy = `Set ${missing.map(fullKey).join(", ")}`;
    const alternative = variables.length > 0 ? `, or ${variables.join(", ")} in the environment of the Gateway` : "";
    yield failed("credentials", `The settings of ${provider} lack ${missing.join(", ")}`, remedy + alternative, missing);
  }
  if (unresolvedSecrets.length > 0)
    yield failed(
      "credentials",
      `Secrets could not be resolved: ${unresolvedSecrets.join(", ")}`,
      "See openclaw secrets audit, then openclaw secrets reload",
      unresolvedSecrets,
    );
  for (const fault of wrong) yield failed("credentials", fault, `Correct ${fullKey(provider)}`);
  if (missing.length + unresolvedSecrets.length + wrong.length === 0)
    yield passed("credentials", `The settings of ${provider} are complete`);
}

/** Whether there is a number to call from. A carrier without secrets reaches no real network and can do without. */
export function* checkFromNumber({ fromNumber }: VoiceCallConfig, facts: ReadinessFacts): Generator<ReadinessCheck> {
  const { carrier } = facts;
  if (fromNumber !== undefined) yield passed("from-number", "There is a number to call from");
  else if (carrier?.state === "found" && (carrier.definition.secrets?.length ?? 0) > 0)
    yield failed("from-number", "There is no number to call from", `Set ${fullKey("fromNumber")}`, ["fromNumber"]);
}

/** Whether the carrier can reach us, where it has to. */
export function* checkWebhook(config: VoiceCallConfig, facts: ReadinessFacts): Generator<ReadinessCheck> {
  const { capabilities, exposedUrl } = facts;
  if (!capabilities) return;
  if (!capabilities.publicWebhook?.includes(audioModeOf(config))) {
    yield passed("webhook-exposure", "The carrier needs no public webhook");
    return;
  }
  const url = config.publicUrl ?? exposedUrl;
  if (url === undefined) {
    const tunnel = config.tunnel.provider ?? (config.tailscale.mode === "off" ? undefined : `tailscale ${config.tailscale.mode}`);
    const message = tunnel === undefined ? "The carrier has no URL to reach us by" : `The tunnel ${tunnel} is not open`;
    yield failed("webhook-exposure", message, `Set ${fullKey("publicUrl")} to the public URL of the webhook`, ["publicUrl"]);
    return;
  }
  const why = notPublic(url);
  const where = config.publicUrl === undefined ? "The tunnel's URL" : "publicUrl";
  if (why !== undefined)
    yield failed(
      "webhook-exposure",
      `${where} cannot be reached by the carrier: ${why}`,
      `Set ${fullKey("publicUrl")} to a URL that the public internet can reach`,
    );
  else if (!url.toLowerCase().startsWith("https:"))
    yield doubtful("webhook-exposure", `${where} is not encrypted`, "Use an https:// URL");
  else yield passed("webhook-exposure", "The webhook has a public URL");
}

/** Whether what arrives is checked. */
export function* checkSignatures(config: VoiceCallConfig): Generator<ReadinessCheck> {
  if (config.skipSignatureVerification)
    yield doubtful(
      "signature-verification",
      "Signatures of webhooks are not checked",
      `Set ${fullKey("skipSignatureVerification")} to false outside of local tests`,
    );
}
