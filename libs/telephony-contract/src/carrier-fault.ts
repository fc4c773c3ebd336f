import type { CarrierCapabilities } from "./capabilities.ts";
import type { Carrier } from "./carrier.ts";

/**
 * What a carrier declares without bringing the method or member for it, or nothing. The engine refuses such a carrier
 * before its first call.
 */
export function carrierFault(capabilities: CarrierCapabilities, carrier: Carrier): string | undefined {
  const needs: readonly [boolean, keyof Carrier, string][] = [
    [true, "dial", "every carrier"],
    [true, "hangup", "every carrier"],
    [true, "status", "every carrier"],
    [true, "close", "every carrier"],
    [capabilities.webhooks === true, "verify", "webhooks"],
    [capabilities.webhooks === true, "parse", "webhooks"],
    [capabilities.flow === "pull", "render", 'flow "pull"'],
    [capabilities.flow === "push", "perform", 'flow "push"'],
    [capabilities.nudge === true, "nudge", "nudge"],
    [capabilities.find === true, "find", "find"],
    [capabilities.media?.transport === "socket", "frames", 'media.transport "socket"'],
  ];
  const missing = needs.find(([needed, member]) => needed && carrier[member] === undefined);
  if (missing) return `"${missing[1]}" is missing, which ${missing[2]} needs`;
  if (capabilities.flow === "pull" && !capabilities.webhooks) return 'flow "pull" needs webhooks';
  const mediaModes = capabilities.audioModes.filter((mode) => mode !== "native");
  if (mediaModes.length > 0 && !capabilities.media) return `audio mode "${String(mediaModes[0])}" needs media`;
  return undefined;
}
