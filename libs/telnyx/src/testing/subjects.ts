import { conformanceNetwork } from "@openclaw/phone-network";
import { mswHandlers, type CarrierSubject } from "@openclaw/phone-network/wire";
import type { CarrierHarness, ConformanceKit } from "@openclaw/telephony-contract/testing";
import type { TelnyxConfig } from "../config.ts";
import { telnyxDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakeTelnyx } from "./fake.ts";

/** The account's section with its defaults filled in. */
const CONFIG: TelnyxConfig = {
  ...ACCOUNT,
  baseUrl: "https://api.telnyx.com/v2",
  voice: "AWS.Polly.Joanna-Neural",
};

/** Telnyx as the conformance kit tries it: the carrier as it is, against the fake behind MSW. */
export const subjects: readonly CarrierSubject[] = [
  {
    name: "Telnyx",
    definition: telnyxDefinition,
    config: CONFIG,
    invalidConfigs: [
      { config: { ...ACCOUNT, apiKey: undefined }, key: "apiKey" },
      { config: { ...ACCOUNT, connectionId: "main" }, key: "connectionId" },
      { config: { ...ACCOUNT, publicKey: "c2hvcnQ=" }, key: "publicKey" },
      { config: { ...ACCOUNT, baseUrl: "http://api.telnyx.com/v2" }, key: "baseUrl" },
      { config: { ...ACCOUNT, voice: "loud" }, key: "voice" },
    ],
    harness,
    patienceMs: 5_000,
    quietMs: 5,
  },
];

async function harness(kit: ConformanceKit): Promise<CarrierHarness> {
  let fake: FakeTelnyx | undefined;
  const running = () => {
    if (!fake) throw new Error("the carrier was not created yet");
    return fake;
  };
  const { network, party, transferOutcome } = conformanceNetwork({
    callUs: (numbers) => running().controls.callUs(numbers),
    faults: { next: (fault) => running().faults.next(fault) },
  });
  // Imported now, so that only who runs the conformance kit has to have it.
  const { setupServer } = await import("msw/node");
  const server = setupServer();
  return {
    async create(context) {
      const { clock, entryUrl, deliver } = kit;
      // Speech takes no time and nobody waits, so that only what is tried takes time.
      fake = new FakeTelnyx({ clock, log: context.log, entryUrl, deliver, party, transferOutcome, people: { ringMs: 0, speakingMsPerWord: 0 } });
      server.use(...(await mswHandlers(fake)));
      server.listen({ onUnhandledFrame: "error" });
      return await telnyxDefinition.create(CONFIG, context);
    },
    network,
    async close() {
      fake?.close();
      server.close();
      await kit.clock.settle();
    },
  };
}
