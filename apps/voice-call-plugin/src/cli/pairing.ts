import type { PairedCaller, PairingList, PairingRequest } from "@openclaw/call-engine";
import { errorOf } from "../requests/faults.ts";
import type { Method } from "../requests/methods.ts";
import { type CliContext, type CommandRun, printJson, textFlag } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { ask, orStandalone } from "./reach.ts";

/** Shows who waits for the owner's word, and on whom it was given. */
export const pairingListCommand: CommandRun = async (flags, context) => {
  const list = (await atGateway(context, "pairing.list", {})) as PairingList;
  if (flags["json"] === true) printJson(context, list);
  else show(list, context);
  return EXIT.ok;
};

export const pairingApproveCommand = decision("pairing.approve");
export const pairingRefuseCommand = decision("pairing.refuse");
export const pairingRevokeCommand = decision("pairing.revoke");

function decision(method: "pairing.approve" | "pairing.refuse" | "pairing.revoke"): CommandRun {
  return async (flags, context) => {
    printJson(context, await atGateway(context, method, { caller: textFlag(flags, "caller") }));
    return EXIT.ok;
  };
}

/** What only the process knows that runs the telephone. */
function atGateway(context: CliContext, method: Method, input: Readonly<Record<string, unknown>>): Promise<unknown> {
  return orStandalone(
    () => ask(context, method, input),
    () => {
      const message = "No Gateway is running, and it is the Gateway that knows who may call. Start it with `openclaw gateway`.";
      throw errorOf({ code: "gateway-required", message, retryable: true });
    },
  );
}

function show({ requests, callers }: PairingList, context: CliContext): void {
  const lines = [...requests.map(requestLine), ...callers.map(callerLine)];
  context.out(lines.length > 0 ? `${lines.join("\n")}\n` : "Nobody has asked to be let in.\n");
}

function requestLine({ code, number, dialled, attestation, requestedAt, expiresAt }: PairingRequest): string {
  const vouched = attestation === undefined ? "" : `, attested ${attestation}`;
  return `waiting   ${code}  ${number} → ${dialled}${vouched}, called ${time(requestedAt)}, until ${time(expiresAt)}`;
}

function callerLine({ number, decision, decidedAt }: PairedCaller): string {
  return `${decision.padEnd(8)}  ${number}, since ${time(decidedAt)}`;
}

function time(at: number): string {
  return new Date(at).toISOString();
}
