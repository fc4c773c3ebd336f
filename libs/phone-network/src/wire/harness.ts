import type { Carrier, CarrierContext, Clock, Logger } from "@openclaw/telephony-contract";
import type { CarrierHarness, ConformanceKit, NetworkSocket } from "@openclaw/telephony-contract/testing";
import { conformanceNetwork, type ConformanceNetwork } from "../network/conformance.ts";
import type { NetworkControls } from "../network/controls.ts";
import type { PeopleSettings } from "../party/people.ts";
import type { Deliver } from "../courier/courier.ts";
import type { Faults } from "./faults.ts";
import type { ConnectMedia } from "./media-wire.ts";
import { interceptService } from "./msw.ts";
import type { FakeService } from "./service.ts";
import { wirePair } from "./wire-pair.ts";

/** What a fake carrier is made of under the conformance kit. */
export interface FakeSurroundings extends Pick<ConformanceNetwork, "party" | "transferOutcome"> {
  readonly clock: Clock;
  readonly log: Logger;
  /** Carries its webhooks. */
  readonly deliver: Deliver;
  /** The URL that is configured at it for calls that reach us. */
  readonly entryUrl: string;
  readonly people: Partial<PeopleSettings>;
  /** Opens its media connections: the kit writes down where to, and says nothing on them. */
  readonly connectMedia: ConnectMedia;
}

/** A fake carrier, as far as a harness has to do with it. */
export interface FakeCarrier {
  readonly controls: NetworkControls;
  readonly faults: Faults;
  /** Ends its calls and its webhooks. */
  close(): void;
}

/** Both ends of a trial. */
export interface HarnessParts<Fake extends FakeCarrier> {
  /** Makes the fake. */
  readonly fake: (surroundings: FakeSurroundings) => Fake;
  /** Its REST interface. */
  readonly service: (fake: Fake) => FakeService;
  /** Makes the carrier, as it is. */
  readonly create: (context: CarrierContext) => Promise<Carrier>;
  /** The carrier's end of a media socket, where it has media streams. */
  readonly openSocket?: () => NetworkSocket;
}

/** Speech takes no time and nobody waits, so that only what is tried takes time. */
const INSTANT: Partial<PeopleSettings> = { ringMs: 0, speakingMsPerWord: 0 };

/** The kit's part, played by somebody who also takes media connections. */
export interface LiveKit extends ConformanceKit {
  /** Opens the fake's media connections. Absent: the kit writes down where to, and says nothing on them. */
  readonly connectMedia?: ConnectMedia;
}

/** A carrier and the fake of its network in the conformance kit's hands, with MSW between them. */
export function interceptedHarness<Fake extends FakeCarrier>(kit: LiveKit, parts: HarnessParts<Fake>): CarrierHarness {
  let fake: Fake | undefined;
  let interception: { close(): void } | undefined;
  const running = (): Fake => {
    if (!fake) throw new Error("the carrier was not created yet");
    return fake;
  };
  const { network, party, transferOutcome } = conformanceNetwork({
    callUs: (numbers) => running().controls.callUs(numbers),
    faults: { next: (fault) => running().faults.next(fault) },
  });
  return {
    async create(context) {
      const { clock, entryUrl } = kit;
      const deliver: Deliver = (request) => kit.deliver(request);
      const writtenDown: ConnectMedia = ({ url }) => {
        kit.mediaRequested(url);
        return Promise.resolve(wirePair()[0]);
      };
      const { connectMedia = writtenDown } = kit;
      fake = parts.fake({ clock, log: context.log, entryUrl, deliver, party, transferOutcome, people: INSTANT, connectMedia });
      interception = await interceptService(parts.service(fake));
      return await parts.create(context);
    },
    network,
    ...(parts.openSocket && { openSocket: parts.openSocket }),
    async close() {
      fake?.close();
      interception?.close();
      await kit.clock.settle();
    },
  };
}
