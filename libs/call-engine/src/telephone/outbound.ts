import { TelephonyError, type Refusal } from "@openclaw/telephony-contract";
import { detectsMachine } from "../call/detection.ts";
import type { Lease } from "../carriers/pool.ts";
import type { InitiateRequest } from "../commands.ts";
import { strategyFor } from "../conversation/strategy.ts";
import type { TelephoneSettings } from "../settings.ts";
import { requireNumber } from "./numbers.ts";

/** An outbound call that may be placed. */
export interface OutboundCall {
  /** Absent: the carrier's own default. */
  readonly from?: string;
  readonly to: string;
  readonly mode: "notify" | "conversation";
  readonly message?: string;
  readonly dialDigits?: string;
}

const DIGITS = /^[0-9A-Da-d*#wW]{1,64}$/;
/** Characters of a message: some ten minutes of speech. */
const MAX_MESSAGE = 8000;

/** Checks a request against itself and the settings. Throws `invalid-request` or `config-invalid` naming what is wrong. */
export function outboundCall(request: InitiateRequest, settings: TelephoneSettings): OutboundCall {
  const mode = request.mode ?? settings.defaultMode;
  if (mode !== "notify" && mode !== "conversation") throw new TelephonyError("invalid-request", '"mode" is "notify" or "conversation"');
  if (request.to === undefined && settings.toNumber === undefined)
    throw new TelephonyError("invalid-request", 'whom to call is missing: give "to", or set "toNumber"');
  const to = requireNumber(request.to ?? settings.toNumber, '"to"');
  const from = settings.fromNumber === undefined ? undefined : requireNumber(settings.fromNumber, '"fromNumber"');
  const message = request.message?.trim();
  if (mode === "notify" && !message) throw new TelephonyError("invalid-request", 'a notification needs a "message"');
  if (message) checkMessage(message);
  if (request.dialDigits !== undefined) {
    if (mode !== "conversation") throw new TelephonyError("invalid-request", '"dtmfSequence" goes with mode "conversation" only');
    checkDigits(request.dialDigits, '"dtmfSequence"');
  }
  return {
    to,
    mode,
    ...(from !== undefined && { from }),
    ...(message && { message }),
    ...(request.dialDigits !== undefined && { dialDigits: request.dialDigits }),
  };
}

/** The number that a call comes from. Throws `config-invalid` where there is none. */
export function callerNumber(call: OutboundCall, { capabilities }: Lease): string {
  const from = call.from ?? capabilities.defaultFrom;
  if (from === undefined) throw new TelephonyError("config-invalid", '"fromNumber" is missing: set the number that calls come from');
  return requireNumber(from, '"fromNumber"');
}

/** Throws `invalid-request` for a text that cannot be spoken. */
export function checkMessage(message: string): string {
  const text = message.trim();
  if (text === "") throw new TelephonyError("invalid-request", '"message" is empty');
  if (text.length > MAX_MESSAGE) throw new TelephonyError("invalid-request", `"message" is longer than ${MAX_MESSAGE} characters`);
  return text;
}

/** Throws `invalid-request` for keys that no telephone has. */
export function checkDigits(digits: string, what = '"digits"'): string {
  if (!DIGITS.test(digits)) throw new TelephonyError("invalid-request", `${what} takes 1 to 64 of 0-9 A-D * # and w for half a second`);
  return digits;
}

/** Refuses, before anything rings, what the carrier cannot do. Throws `unsupported` with every reason. */
export function checkFit(lease: Lease, call: OutboundCall, settings: TelephoneSettings): void {
  const { capabilities, carrier } = lease;
  const { audioMode } = settings;
  const refusals: Refusal[] = [...strategyFor({ mode: call.mode, audioMode }).refusals(capabilities)];
  if (!capabilities.outbound) refusals.push({ code: "outbound", message: "it places no calls" });
  if (!capabilities.audioModes.includes(audioMode)) refusals.push({ code: "audio-mode", message: `it has no audio mode "${audioMode}"` });
  if (call.dialDigits !== undefined && !capabilities.dialDigits)
    refusals.push({ code: "dial-digits", message: 'it cannot press keys at the begin of a call ("dtmfSequence")' });
  const machineDetection = detectsMachine(settings, call.dialDigits);
  if (machineDetection && !capabilities.machineDetection)
    refusals.push({ code: "machine-detection", message: `it does not detect answering machines ("outbound.machineDetection" is "${settings.machineDetection}")` });
  refusals.push(
    ...(carrier.check?.({
      direction: "outbound",
      mode: call.mode,
      audioMode,
      ...(call.dialDigits !== undefined && { dialDigits: call.dialDigits }),
      ...(machineDetection && { machineDetection }),
    }) ?? []),
  );
  if (refusals.length === 0) return;
  throw new TelephonyError("unsupported", `the carrier "${lease.id}" does not fit this call: ${refusals.map((one) => one.message).join("; ")}`);
}
