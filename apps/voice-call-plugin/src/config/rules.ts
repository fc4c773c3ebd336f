import { isLoopback } from "./exposure.ts";
import { nearest } from "./issues.ts";
import type { ConfigProblem } from "./problem.ts";
import { type VoiceCallConfig, knownKeys } from "./schema.ts";

/** External ports that a Tailscale funnel takes (tailscale.com/kb/1223/funnel). */
const FUNNEL_PORTS: readonly number[] = [443, 8443, 10_000];

/** Tools that every realtime conversation has; a configured tool may not take their place. */
const BUILT_IN_TOOLS: readonly string[] = ["openclaw_end_call", "openclaw_agent_consult"];

/** What single keys cannot tell: combinations that contradict each other. */
export function contradictions(config: VoiceCallConfig): readonly ConfigProblem[] {
  return [...audioModes(config), ...doors(config), ...names(config)];
}

function* audioModes({ streaming, realtime, inboundPolicy }: VoiceCallConfig): Generator<ConfigProblem> {
  if (streaming.enabled && realtime.enabled)
    yield {
      key: "realtime.enabled",
      message: "streaming.enabled and realtime.enabled are both true, and a call has one audio mode",
      remedy: "Set streaming.enabled or realtime.enabled to false",
    };
  if (realtime.enabled && inboundPolicy === "disabled")
    yield {
      key: "inboundPolicy",
      message: "realtime.enabled needs inbound calls, and inboundPolicy is disabled",
      remedy: "Set inboundPolicy to allowlist, pairing or open, or realtime.enabled to false",
    };
}

function* doors(config: VoiceCallConfig): Generator<ConfigProblem> {
  const { serve, streaming, skipSignatureVerification, tailscale, tunnel } = config;
  if (skipSignatureVerification && !isLoopback(serve.bind))
    yield {
      key: "skipSignatureVerification",
      message: "would let anyone on the network steer calls, because serve.bind is not a loopback address",
      remedy: "Set skipSignatureVerification to false, or serve.bind to 127.0.0.1",
    };
  if (streaming.streamPath === serve.path)
    yield {
      key: "streaming.streamPath",
      message: "is the same as serve.path",
      remedy: "Give webhook and media sockets different paths",
    };
  const funnel = tailscale.mode === "funnel" || tunnel.provider === "tailscale-funnel";
  if (funnel && !FUNNEL_PORTS.includes(tailscale.port))
    yield { key: "tailscale.port", message: "is no port that a funnel takes", remedy: `Use one of ${FUNNEL_PORTS.join(", ")}` };
  if (tunnel.provider !== undefined && tailscale.mode !== "off")
    yield {
      key: "tunnel.provider",
      message: "tunnel.provider and tailscale.mode both expose the webhook",
      remedy: "Remove tunnel.provider or set tailscale.mode to off",
    };
}

function* names({ provider, realtime }: VoiceCallConfig): Generator<ConfigProblem> {
  if (provider !== undefined && knownKeys.includes(provider))
    yield { key: "provider", message: "names a section of the telephone, not a carrier", remedy: "Name the id of a carrier" };
  for (const [index, { name }] of realtime.tools.entries())
    if (BUILT_IN_TOOLS.includes(name))
      yield { key: `realtime.tools.${index}.name`, message: "is a built-in tool, which cannot be replaced", remedy: "Choose another name" };
}

/** What is allowed and yet probably not meant. `carriers` are the ids that are registered. */
export function doubts(config: VoiceCallConfig, carriers: readonly string[]): readonly ConfigProblem[] {
  return [...unknownSections(config, carriers), ...withoutEffect(config)];
}

function* unknownSections({ sections, provider }: VoiceCallConfig, carriers: readonly string[]): Generator<ConfigProblem> {
  for (const key of Object.keys(sections)) {
    if (key === provider || carriers.includes(key)) continue;
    const near = nearest(key, [...knownKeys, ...carriers]);
    if (near === undefined) continue;
    yield {
      key,
      message: "is a section of no installed carrier",
      remedy: `If "${near}" is meant, rename it`,
    };
  }
}

function* withoutEffect({ inboundPolicy, allowFrom, outbound, tunnel, serve }: VoiceCallConfig): Generator<ConfigProblem> {
  if (inboundPolicy === "allowlist" && allowFrom.length === 0)
    yield { key: "allowFrom", message: "is empty, so that every caller is refused", remedy: "Add the numbers that may call" };
  for (const key of ["allowTo", "allowCountries"] as const)
    if (outbound[key]?.length === 0)
      yield { key: `outbound.${key}`, message: "is empty, so that every call is refused", remedy: "Say what may be called, or remove the key" };
  const bypass = tunnel.provider === "ngrok" && isLoopback(serve.bind);
  if (tunnel.allowNgrokFreeTierLoopbackBypass && !bypass)
    yield {
      key: "tunnel.allowNgrokFreeTierLoopbackBypass",
      message: "has no effect without tunnel.provider ngrok and a server bound to loopback",
      remedy: "Remove it",
    };
}
