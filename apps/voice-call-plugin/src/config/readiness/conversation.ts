import { fullKey } from "../problem.ts";
import type { ReadinessFacts } from "../readiness.ts";
import type { VoiceCallConfig } from "../schema.ts";
import { audioModeOf } from "../settings.ts";
import { type ReadinessCheck, doubtful, failed, passed } from "./check.ts";

/** Whether it is clear which agent answers. */
export function* checkAgents({ agentId, numbers }: VoiceCallConfig, { agents }: ReadinessFacts): Generator<ReadinessCheck> {
  const list = agents.join(", ");
  if (agentId === undefined && agents.length > 1)
    yield failed(
      "agent-owner",
      `Several agents exist (${list}), and none is named as the owner of the calls`,
      `Set ${fullKey("agentId")} to one of them`,
      ["agentId"],
    );
  else if (agentId !== undefined && !agents.includes(agentId))
    yield failed("agent-owner", `The agent ${agentId} does not exist. Agents: ${list}`, `Correct ${fullKey("agentId")}`);
  else if (agents.length === 0)
    yield failed("agent-owner", "There is no agent", "Add one with openclaw agents add");
  else yield passed("agent-owner", `Calls belong to the agent ${agentId ?? agents[0]}`);
  for (const [number, route] of Object.entries(numbers))
    if (route.agentId !== undefined && !agents.includes(route.agentId))
      yield failed(
        "agent-owner",
        `A line names the agent ${route.agentId}, which does not exist. Agents: ${list}`,
        `Correct ${fullKey(`numbers.${number}.agentId`)}`,
      );
}

/** Exactly one audio mode: two are refused when the configuration is read, so that here one is left to be named. */
export function checkAudioMode(config: VoiceCallConfig): ReadinessCheck {
  return passed("audio-mode", `The audio mode is ${audioModeOf(config)}`);
}

/** Whether the carrier can do what is configured. */
export function* checkFit(config: VoiceCallConfig, { capabilities, carrier }: ReadinessFacts): Generator<ReadinessCheck> {
  if (!capabilities || carrier?.state !== "found") return;
  const { label } = carrier.definition;
  const mode = audioModeOf(config);
  if (!capabilities.audioModes.includes(mode))
    yield failed(
      "carrier-mode-fit",
      `${label} has no audio mode ${mode}`,
      `Choose one of ${capabilities.audioModes.join(", ")} by ${fullKey("streaming.enabled")} and ${fullKey("realtime.enabled")}, or another carrier`,
    );
  else if (config.inboundPolicy !== "disabled" && !capabilities.inbound)
    yield failed("carrier-mode-fit", `${label} takes no inbound calls`, `Set ${fullKey("inboundPolicy")} to disabled`);
  else yield passed("carrier-mode-fit", `${label} fits the audio mode ${mode}`);
  const { machineDetection } = config.outbound;
  if (machineDetection !== "off" && !capabilities.machineDetection)
    yield doubtful(
      "machine-detection",
      `${label} does not detect answering machines, so that every call is refused while outbound.machineDetection is ${machineDetection}`,
      `Set ${fullKey("outbound.machineDetection")} to off`,
    );
}

/** Whether what the audio mode needs is installed. Its absence costs live audio, not the telephone. */
export function* checkAudioProvider(config: VoiceCallConfig, { audioProviders }: ReadinessFacts): Generator<ReadinessCheck> {
  const mode = audioModeOf(config);
  if (mode === "native" || audioProviders === undefined) return;
  const { provider } = config[mode];
  const installed = audioProviders.length > 0 ? `Installed: ${audioProviders.join(", ")}` : "None is installed";
  if (provider !== undefined && !audioProviders.includes(provider))
    yield doubtful("audio-provider", `${mode}.provider ${provider} is not installed. ${installed}`, `Install it or correct ${fullKey(`${mode}.provider`)}`);
  else if (audioProviders.length === 0)
    yield doubtful("audio-provider", `The audio mode ${mode} has no provider. ${installed}`, "Install one");
  else yield passed("audio-provider", `The audio mode ${mode} has a provider`);
}
