import { isTelephonyError } from "@openclaw/telephony-contract";
import type { Method } from "../requests/methods.ts";
import type { CliContext } from "./context.ts";

/** How long a living Gateway may take to answer what it knows. Starting the command took seconds already. */
export const ASK_TIMEOUT_MS = 4_000;
/** How long a Gateway that is known to live may take for what a carrier has to do first. */
const WORK_TIMEOUT_MS = 60_000;

/** Asks the Gateway what it can answer at once. */
export function ask(context: CliContext, method: Method, input: unknown): Promise<unknown> {
  return context.ask(method, input, ASK_TIMEOUT_MS);
}

/**
 * Asks the Gateway for work that may take its time: first whether it is there at all, so that a Gateway that hangs is told
 * within seconds and a slow carrier is still waited for.
 */
export async function askPatiently(context: CliContext, method: Method, input: unknown): Promise<unknown> {
  await ask(context, "status", {});
  return context.ask(method, input, WORK_TIMEOUT_MS);
}

/** Works at the Gateway, and by itself only if there is none: any other trouble means that there is one. */
export async function orStandalone<Result>(atGateway: () => Promise<Result>, alone: () => Promise<Result>): Promise<Result> {
  try {
    return await atGateway();
  } catch (error) {
    if (!isTelephonyError(error, "gateway-absent")) throw error;
  }
  return alone();
}
