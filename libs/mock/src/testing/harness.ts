import { conformanceNetwork, type PartyCall } from "@openclaw/phone-network";
import { TelephonyError } from "@openclaw/telephony-contract";
import type { LiveKit } from "@openclaw/phone-network/wire";
import type { CarrierHarness, NetworkFault } from "@openclaw/telephony-contract/testing";
import type { RequestHook } from "../carrier/requests.ts";
import type { MakeSound } from "../audio/connect.ts";
import { createMockCarrier } from "../index.ts";
import type { RunningNetwork } from "../running.ts";
import type { MockConfig } from "../settings.ts";
import { HeldSound } from "./held-sound.ts";

/** The mock with its remote parties, and the way to its network, in the kit's hands. */
export function harness(config: MockConfig, kit: LiveKit): CarrierHarness {
  const faults = new RequestFaults();
  let running: RunningNetwork | undefined;
  const { network, party, transferOutcome } = conformanceNetwork({ faults, callUs: (numbers) => running?.callUs(numbers) });
  const sounds = new Map<string, HeldSound>();
  /** Who has, beside a line, the sound of the call's audio in its hands. */
  const hearing = (call: PartyCall) => {
    const sound = () => sounds.get(call.id);
    return Object.assign(party(call) ?? {}, {
      sendAudio: (payload: Uint8Array) => sound()?.sendAudio(payload),
      playAudio: () => sound()?.playAudio(),
      heardAudio: () => sound()?.heardAudio() ?? new Uint8Array(),
    });
  };
  const held: MakeSound = ({ outlet }, { id }) => {
    const sound = new HeldSound(outlet);
    sounds.set(id, sound);
    return sound;
  };
  return {
    async create(context) {
      const mock = await createMockCarrier(config, context, {
        party: hearing,
        transferOutcome,
        requestHook: faults.hook,
        // Whoever takes media connections hears the parties themselves.
        ...(!kit.connectMedia && { sound: held }),
      });
      running = mock.network;
      return mock.carrier;
    },
    network,
    close: () => kit.clock.settle(),
  };
}

/** Does something to the next request on its way to the network, which is a function call. */
class RequestFaults {
  #next: NetworkFault = "none";

  next(fault: NetworkFault): void {
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
