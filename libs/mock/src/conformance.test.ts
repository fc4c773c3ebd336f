import { HeldParty } from "@openclaw/phone-network";
import { TelephonyError, type CarrierDefinition } from "@openclaw/telephony-contract";
import { carrierConformance, type CarrierHarness, type ConformanceKit, type NetworkFault } from "@openclaw/telephony-contract/testing";
import { describe, it } from "vitest";
import { capabilities } from "./capabilities.ts";
import type { RequestHook } from "./carrier/requests.ts";
import { createMockCarrier, mockDefinition, type MockConfig, type MockOutcome, type RunningNetwork } from "./index.ts";
import { settings } from "./test/settings.ts";

for (const flow of ["pull", "push", "emit"] as const) {
  const config = settings(flow, { speakingMsPerWord: 0, ringMs: 0 });
  // As data for this flow: the kit asks for capabilities before it can wait for a schema that is imported.
  const definition: CarrierDefinition<MockConfig> = { ...mockDefinition, capabilities: capabilities(config) };
  carrierConformance({
    runner: { describe, it },
    name: `The mock (${flow})`,
    definition,
    config,
    invalidConfigs: [
      { config: { flow: "sideways" }, key: "flow" },
      { config: { ringMs: -1 }, key: "ringMs" },
      { config: { script: [{ shout: "Hello" }] }, key: "script" },
      { config: { script: [{ say: "Hello" }, { press: "12x" }] }, key: "press" },
    ],
    harness: (kit) => harness(config, kit),
  });
}

/** The mock with its remote parties, and the way to its network, in the kit's hands. */
function harness(config: MockConfig, kit: ConformanceKit): CarrierHarness {
  const parties: { readonly number: string; readonly party: HeldParty }[] = [];
  const faults = new Faults();
  let placed = 0;
  let target: MockOutcome = "answer";
  let network: RunningNetwork | undefined;
  return {
    async create(context) {
      const mock = await createMockCarrier(config, context, {
        party: ({ direction, from, to }) => {
          const party = new HeldParty();
          parties.push({ number: direction === "outbound" ? to : from, party });
          if (direction === "outbound") placed++;
          return party;
        },
        transferOutcome: () => target,
        requestHook: faults.hook,
      });
      network = mock.network;
      return mock.carrier;
    },
    network: {
      get placed() {
        return placed;
      },
      party(number) {
        const party = parties.findLast((one) => one.number === number)?.party;
        return party?.reached ? party : undefined;
      },
      call(numbers) {
        network?.callUs(numbers);
        const caller = parties.at(-1)?.party;
        if (!caller) throw new Error("the network is not there yet");
        return caller;
      },
      failNext: (fault) => faults.set(fault),
      transferTarget: (does) => void (target = does),
    },
    close: () => kit.clock.settle(),
  };
}

/** Does something to the next request on its way to the network. */
class Faults {
  #next: NetworkFault = "none";

  set(fault: NetworkFault): void {
    this.#next = fault;
  }

  readonly hook: RequestHook = async (request) => {
    const fault = this.#next;
    this.#next = "none";
    switch (fault) {
      case "none":
        return request();
      case "stall":
        return await new Promise<never>(() => undefined);
      case "lost":
        request();
        throw new Error("the connection broke");
      case "server-error":
        throw new TelephonyError("unavailable", "The mock network is faulty", { retryable: true });
      case "unauthorized":
        throw new TelephonyError("auth-failed", "The mock network does not know us");
      case "rate-limited":
        throw new TelephonyError("rate-limited", "The mock network is busy", { retryable: true });
    }
  };
}
