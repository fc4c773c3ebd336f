import { randomBytes } from "node:crypto";
import { Courier, Network, controlsOf, type RemotePartyFactory } from "@openclaw/phone-network";
import type { CarrierContext } from "@openclaw/telephony-contract";
import { connectAudio, type MakeSound } from "../audio/connect.ts";
import { announceNetwork, chosenParty, type RunningNetwork } from "../running.ts";
import type { MockConfig, MockOutcome } from "../settings.ts";
import { Postman } from "../webhook/postman.ts";
import { Signer } from "../webhook/signature.ts";
import { createCarrier, type MockCarrier } from "./carrier.ts";
import { Flows } from "./flows.ts";
import { Requests, type RequestHook } from "./requests.ts";

/** What a test may take into its own hands. */
export interface MockOptions {
  /** Who is at the other end; the configuration decides where it gives nothing. */
  readonly party?: RemotePartyFactory;
  /** What a number does that a call is transferred to. */
  readonly transferOutcome?: (to: string) => MockOutcome | undefined;
  readonly requestHook?: RequestHook;
  /** The far end's sound where a call's audio is connected; tones that stand for text where there is nothing else. */
  readonly sound?: MakeSound;
}

/** A carrier with the network that it talks to. */
export interface Mock {
  readonly carrier: MockCarrier;
  readonly network: RunningNetwork;
}

/** Makes a network of its own, and a carrier on it. `start` makes the network known to the process. */
export function createMock(config: MockConfig, context: CarrierContext, options: MockOptions = {}): Mock {
  const { clock, log } = context;
  const life = new AbortController();
  const signer = new Signer(() => clock.now());
  const network = new Network({
    people: config,
    clock,
    log,
    idFor: freshIds(),
    party: (call) => options.party?.(call) ?? chosenParty(call),
    ...(options.transferOutcome && { transferOutcome: options.transferOutcome }),
  });
  const courier = new Courier({ clock, log, signal: life.signal, deliver: (request) => context.webhooks.deliver(request) });
  const flows = new Flows(config.flow, context, new Postman(courier, signer), {
    transfer: (leg, request) => network.transfer(leg, request),
    connectAudio: (leg) => connectAudio(leg, { clock, media: context.media, makeSound: options.sound }),
  });
  const running: RunningNetwork = controlsOf(network, (leg) => flows.conduct(leg));
  let withdraw: (() => void) | undefined;
  const close = () => {
    withdraw?.();
    life.abort();
    network.close();
    context.signal.removeEventListener("abort", close);
  };
  context.signal.addEventListener("abort", close, { once: true });
  const requests = new Requests(clock, life.signal, options.requestHook);
  const start = () => void (withdraw ??= life.signal.aborted ? undefined : announceNetwork(running));
  return { network: running, carrier: createCarrier({ flow: config.flow, network, flows, requests, signer, start, close }) };
}

/** Ids that stay unique over restarts: the engine may still know calls of an earlier network. */
function freshIds(): () => string {
  const prefix = `mock-${randomBytes(4).toString("hex")}`;
  let serial = 0;
  return () => `${prefix}-${++serial}`;
}
