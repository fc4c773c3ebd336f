import type { Scope } from "../host/api.ts";

/**
 * What the telephone can be asked, by everyone: `voicecall.<name>` at the Gateway, the agent's tool and the command line.
 * Names are public API. Kept apart from what they do, so that registering them loads nothing.
 */
export const METHODS = {
  initiate: "operator.write",
  start: "operator.write",
  continue: "operator.write",
  "continue.start": "operator.write",
  "continue.result": "operator.read",
  speak: "operator.write",
  dtmf: "operator.write",
  transfer: "operator.write",
  end: "operator.write",
  status: "operator.read",
  // Who may talk to the agent is for the owner alone to say, and the list shows codes and full numbers.
  "pairing.list": "operator.admin",
  "pairing.approve": "operator.admin",
  "pairing.refuse": "operator.admin",
  "pairing.revoke": "operator.admin",
} as const satisfies Record<string, Scope>;

/** Name of a request. */
export type Method = keyof typeof METHODS;

/** Name of the Gateway method that carries a request. */
export function gatewayMethod(method: Method): string {
  return `voicecall.${method}`;
}
