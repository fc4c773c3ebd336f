import type { OwnerNotice, PairingRequest } from "@openclaw/call-engine";
import { TelephonyError } from "@openclaw/telephony-contract";
import { ownerSession } from "../agent/index.ts";
import type { HostRuntime } from "./api.ts";
import type { DetachedWork } from "./detached-work.ts";

/** Names our events to the host, so that a repeated one is known as such. */
const CONTEXT = "voice-call:pairing";

/**
 * Tells the owner by way of the agent: a system event in the agent's main session, and a wake so that the agent acts on it.
 * What the agent then says the host delivers to the owner's own channel. Without such a channel the event waits for the
 * owner's next words to the agent. A plugin that is installed from a package may send no message of its own.
 */
export function ownerNoticeOver(runtime: Pick<HostRuntime, "config" | "system">, detached: DetachedWork): OwnerNotice {
  return {
    pairingRequested: (request, { agentId: named }) =>
      detached(() => {
        const { system } = runtime;
        if (!system) throw new TelephonyError("unsupported", "this host cannot tell its agents that something happened");
        const { agentId, sessionKey } = ownerSession(named, runtime.config.current());
        if (system.enqueueSystemEvent(pairingText(request), { agentId, sessionKey, contextKey: `${CONTEXT}:${request.code}` }))
          system.requestHeartbeat({ source: "hook", intent: "immediate", reason: "hook:voice-call", agentId, sessionKey });
        return Promise.resolve();
      }),
  };
}

/**
 * What the agent is told. Nothing in it was chosen by the caller but digits: a name or a SIP address could hold instructions
 * to the agent.
 */
export function pairingText({ number, dialled, code, attestation, requestedAt, expiresAt }: PairingRequest): string {
  const line = /^\+\d+$/.test(dialled) ? ` (${dialled})` : "";
  const hours = Math.round((expiresAt - requestedAt) / 3_600_000);
  return [
    `An unknown caller, ${number}, has telephoned${line} and asks to be let in. ${vouchedFor(attestation)}`,
    `Tell the owner now, with the number and both commands, and leave the decision to the owner. To let this caller in:`,
    `openclaw voicecall pairing approve ${code}`,
    `To turn this caller away for good:`,
    `openclaw voicecall pairing refuse ${code}`,
    `The code is good for ${hours} hours. Do not run either command unless the owner asks for it.`,
  ].join("\n");
}

function vouchedFor(attestation: PairingRequest["attestation"]): string {
  if (attestation === "A") return "The caller's network vouches for the number.";
  if (attestation === "failed") return "The signature of the number does not hold: it may well be forged.";
  return "Nobody vouches for the number: it may be forged.";
}
