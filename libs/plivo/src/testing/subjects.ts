import { interceptedHarness, type CarrierSubject } from "@openclaw/phone-network/wire";
import { plivoDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakePlivo } from "./fake.ts";
import { openSocket } from "./open-socket.ts";

const CONFIG = { ...ACCOUNT, baseUrl: "https://api.plivo.com" };

/** This carrier as the conformance kit tries it: over the fake, in process. */
export const subjects: readonly CarrierSubject[] = [
  {
    name: "Plivo",
    definition: plivoDefinition,
    config: ACCOUNT,
    invalidConfigs: [
      { config: { authToken: ACCOUNT.authToken }, key: "authId" },
      { config: { ...ACCOUNT, authId: "AC0000000000CONFORMS" }, key: "authId" },
      { config: { ...ACCOUNT, authToken: "" }, key: "authToken" },
      { config: { ...ACCOUNT, baseUrl: "http://api.plivo.com" }, key: "baseUrl" },
    ],
    harness: (kit) =>
      interceptedHarness(kit, {
        fake: (surroundings) => new FakePlivo({ account: ACCOUNT, ...surroundings }),
        service: (fake) => fake.service,
        create: (context) => plivoDefinition.create(CONFIG, context),
        openSocket,
      }),
  },
];
