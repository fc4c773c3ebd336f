import { interceptedHarness, type CarrierSubject } from "@openclaw/phone-network/wire";
import { capabilities } from "../capabilities.ts";
import type { TwilioConfig } from "../config.ts";
import { twilioDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakeTwilio } from "./fake.ts";
import { openSocket } from "./open-socket.ts";

const CONFIG: TwilioConfig = ACCOUNT;

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
    harness: (kit) =>
      interceptedHarness(kit, {
        fake: (surroundings) => new FakeTwilio(surroundings),
        service: (fake) => fake,
        create: (context) => twilioDefinition.create(CONFIG, context),
        openSocket,
      }),
    patienceMs: 5_000,
    quietMs: 5,
  },
];
