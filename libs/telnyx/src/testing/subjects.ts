import { interceptedHarness, type CarrierSubject } from "@openclaw/phone-network/wire";
import type { TelnyxConfig } from "../config.ts";
import { telnyxDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakeTelnyx } from "./fake.ts";
import { openSocket } from "./open-socket.ts";

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
    harness: (kit) =>
      interceptedHarness(kit, {
        fake: (surroundings) => new FakeTelnyx(surroundings),
        service: (fake) => fake,
        create: (context) => telnyxDefinition.create(CONFIG, context),
        openSocket,
      }),
    patienceMs: 5_000,
    quietMs: 5,
  },
];
