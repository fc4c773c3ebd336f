import { areKeys, type Leg, type Network } from "@openclaw/phone-network";
import { TelephonyError, isTelephonyError, type CallRef, type Carrier, type CarrierCallStatus, type DialRequest, type DialResult } from "@openclaw/telephony-contract";
import { requireE164 } from "@openclaw/telephony-kit";
import { readDocument } from "../document/format.ts";
import { renderDocument } from "../document/render.ts";
import type { Beginning } from "../document/conductor.ts";
import type { MockFlow } from "../settings.ts";
import { readMessage } from "../webhook/message.ts";
import type { Signer } from "../webhook/signature.ts";
import type { Flows } from "./flows.ts";
import type { Requests } from "./requests.ts";

/** Characters of the largest document that goes along with a dial; a larger one is fetched. */
const MAX_INLINE_CHARS = 4_000;

/** The mock's carrier, with what the engine may call in each flow. */
export type MockCarrier = Carrier & Required<Pick<Carrier, "start" | "find">>;

/** What a carrier is made of. */
export interface CarrierParts {
  readonly flow: MockFlow;
  readonly network: Network;
  readonly flows: Flows;
  readonly requests: Requests;
  readonly signer: Signer;
  readonly start: () => void;
  readonly close: () => void;
}

/** The carrier in front of a network. It has the methods of its flow, and no others. */
export function createCarrier(parts: CarrierParts): MockCarrier {
  const { flow, network, flows, requests, signer } = parts;
  const results = new WeakMap<Leg, DialResult>();
  const resultOf = (leg: Leg): DialResult => results.get(leg) ?? { carrierIds: [leg.id], delivery: "stepwise" };

  const everyFlow: MockCarrier = {
    start: () => Promise.resolve(parts.start()),
    close: () => Promise.resolve(parts.close()),
    async dial(request) {
      checkDial(request);
      return await requests.askOnce("The dial", () => place(request), request.signal);
    },
    async hangup(call, signal) {
      await requests.ask("Hanging up", () => hangUp(legOf(network, call)), signal);
    },
    async status(call, signal) {
      try {
        return await requests.ask("Asking for the call's status", () => statusOf(legOf(network, call)), signal);
      } catch (error) {
        if (isTelephonyError(error) && error.retryable) return { state: "unknown" };
        throw error;
      }
    },
    find: (callId, signal) =>
      requests.ask("Looking up the call", () => {
        const leg = network.findOurs(callId);
        return leg && resultOf(leg);
      }, signal),
  };

  function place(request: DialRequest): DialResult {
    const { callId, from, to, plan, urls, ringTimeoutMs, maxDurationMs, dialDigits, machineDetection } = request;
    const known = network.findOurs(callId);
    if (known) return resultOf(known);
    const beginning = flow === "pull" ? beginningOf(plan, urls) : undefined;
    const wishes = { maxDurationMs, ...(dialDigits !== undefined && { dialDigits }), ...(machineDetection !== undefined && { machineDetection }) };
    const departure = { urls, ...(beginning && { beginning }) };
    const leg = network.place({ callId, from, to, ringTimeoutMs, ...wishes }, (made) => flows.conduct(made, departure));
    const delivery = !beginning ? "stepwise" : "document" in beginning ? "inline" : "will-fetch";
    const result: DialResult = { carrierIds: [leg.id], delivery };
    results.set(leg, result);
    return result;
  }

  const webhooks: Pick<Carrier, "verify" | "parse"> = {
    verify: (request) => signer.verify(request),
    parse({ body }) {
      const { events, wants } = readMessage(body);
      return { events, reply: wants === "document" ? "document" : "acknowledge" };
    },
  };
  const documents: Pick<Carrier, "render" | "nudge"> = {
    render: renderDocument,
    async nudge(call, documentUrl, signal) {
      await requests.ask("The nudge", () => flows.documents(liveLeg(network, call))?.redirect(documentUrl), signal);
    },
  };
  const commands: Pick<Carrier, "perform"> = {
    async perform(call, step, { nonce, urls, signal }) {
      const before = step.kind === "answer" || step.kind === "reject";
      await requests.ask("The step", () => flows.commands(liveLeg(network, call, before))?.begin({ step, nonce, urls }), signal);
    },
  };
  return { ...everyFlow, ...(flow !== "emit" && webhooks), ...(flow === "pull" ? documents : commands) };
}

function checkDial({ from, to, dialDigits = "" }: DialRequest): void {
  requireE164(from);
  requireE164(to);
  if (!areKeys(dialDigits)) throw new TelephonyError("invalid-request", "Keys to press are 0-9 A-D * #, with w and W as pauses");
}

/** The first document goes along where it is small enough. */
function beginningOf(plan: DialRequest["plan"], urls: DialRequest["urls"]): Beginning {
  const reply = renderDocument(plan, urls);
  if (reply.body.length > MAX_INLINE_CHARS) return { fetch: urls.document };
  const read = readDocument(reply);
  if ("document" in read) return read;
  throw new TelephonyError("invalid-request", `The mock network does not understand the first document: ${read.fault}`);
}

function legOf(network: Network, call: CallRef): Leg | undefined {
  const byId = call.carrierIds.map((id) => network.find(id)).find((leg) => leg !== undefined);
  return byId ?? network.findOurs(call.callId);
}

/** The leg of a call that something can be done on. With `unanswered`, one that rings. */
function liveLeg(network: Network, call: CallRef, unanswered = false): Leg {
  const leg = legOf(network, call);
  if (!leg || leg.call.outOfHands) throw new TelephonyError("call-gone", "The call is over at the mock network");
  if (leg.call.state === "ringing" && !unanswered) throw new TelephonyError("invalid-request", "The call is not answered yet");
  leg.callId ??= call.callId;
  return leg;
}

function hangUp(leg: Leg | undefined): void {
  leg?.call.end(leg.call.state === "ringing" ? "canceled" : "completed", "us");
}

/** A call that the network does not know is over: its calls end with it, also when the process did. */
function statusOf(leg: Leg | undefined): CarrierCallStatus {
  if (!leg) return { state: "ended", reason: "failed" };
  const { state, reason } = leg.call;
  return { state, carrierIds: [leg.id], ...(reason !== undefined && { reason }) };
}
