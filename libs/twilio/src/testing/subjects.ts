import { conformanceNetwork } from "@openclaw/phone-network";
import { mswHandlers, type CarrierSubject } from "@openclaw/phone-network/wire";
import type { CarrierHarness, ConformanceKit } from "@openclaw/telephony-contract/testing";
import { capabilities } from "../capabilities.ts";
import type { TwilioConfig } from "../config.ts";
import { twilioDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakeTwilio } from "./fake.ts";

const CONFIG: TwilioConfig = ACCOUNT;
const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\//;

/** Twilio as the conformance kit tries it: the carrier as it is, against the fake behind MSW. */
export const subjects: readonly CarrierSubject[] = [
  {
    name: "Twilio",
    definition: twilioDefinition,
    config: CONFIG,
    capabilities: capabilities(CONFIG),
    invalidConfigs: [
      { config: { ...CONFIG, accountSid: "SK0123456789abcdef0123456789abcdef" }, key: "accountSid" },
      { config: { accountSid: CONFIG.accountSid }, key: "authToken" },
      { config: { ...CONFIG, region: "moon1" }, key: "region" },
      { config: { ...CONFIG, baseUrl: "http://api.twilio.com" }, key: "baseUrl" },
      { config: { accountSid: CONFIG.accountSid, authToken: CONFIG.authToken, apiKeySid: CONFIG.apiKeySid }, key: "apiKeySecret" },
    ],
    harness,
    patienceMs: 5_000,
    quietMs: 5,
  },
];

async function harness(kit: ConformanceKit): Promise<CarrierHarness> {
  let fake: FakeTwilio | undefined;
  const running = () => {
    if (!fake) throw new Error("the carrier was not created yet");
    return fake;
  };
  const { network, party, transferOutcome } = conformanceNetwork({
    callUs: (numbers) => running().controls.callUs(numbers),
    faults: { next: (fault) => running().faults.next(fault) },
  });
  // Imported now, so that only who runs the conformance kit has to have it.
  const { http, passthrough } = await import("msw");
  const { setupServer } = await import("msw/node");
  // A suite may have servers of its own on this machine; anything else that is asked is a mistake.
  const server = setupServer(http.all(LOOPBACK, () => passthrough()));
  return {
    async create(context) {
      const { clock, entryUrl, deliver } = kit;
      // Speech takes no time and nobody waits, so that only what is tried takes time.
      fake = new FakeTwilio({ clock, log: context.log, entryUrl, deliver, party, transferOutcome, people: { ringMs: 0, speakingMsPerWord: 0 } });
      server.use(...(await mswHandlers(fake)));
      server.listen({ onUnhandledFrame: "error" });
      return await twilioDefinition.create(CONFIG, context);
    },
    network,
    async close() {
      fake?.close();
      server.close();
      await kit.clock.settle();
    },
  };
}
