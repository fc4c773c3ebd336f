import { HeldParty, type Outcome } from "@openclaw/phone-network";
import { mswHandlers, type CarrierSubject } from "@openclaw/phone-network/wire";
import type { CarrierHarness, ConformanceKit } from "@openclaw/telephony-contract/testing";
import { plivoDefinition } from "../definition.ts";
import { ACCOUNT } from "./account.ts";
import { FakePlivo } from "./fake.ts";

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
    harness,
  },
];

/** The carrier, the fake and its remote parties in the kit's hands. */
async function harness(kit: ConformanceKit): Promise<CarrierHarness> {
  const parties: { readonly number: string; readonly party: HeldParty }[] = [];
  let target: Outcome = "answer";
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const plivo = new FakePlivo({
    account: ACCOUNT,
    clock: kit.clock,
    log: quiet,
    deliver: (request) => kit.deliver(request),
    entryUrl: kit.entryUrl,
    people: { speakingMsPerWord: 0, ringMs: 0 },
    party: ({ direction, from, to }) => {
      const party = new HeldParty();
      parties.push({ number: direction === "outbound" ? to : from, party });
      return party;
    },
    transferOutcome: () => target,
  });
  // Imported now, so that only who runs the conformance kit has to have it.
  const { setupServer } = await import("msw/node");
  const msw = setupServer(...(await mswHandlers(plivo.service)));
  msw.listen({ onUnhandledFrame: "error" });
  return {
    create: (context) => plivoDefinition.create(CONFIG, context),
    network: {
      get placed() {
        return plivo.placed;
      },
      party(number) {
        const party = parties.findLast((one) => one.number === number)?.party;
        return party?.reached ? party : undefined;
      },
      call(numbers) {
        plivo.controls.callUs(numbers);
        const caller = parties.at(-1)?.party;
        if (!caller) throw new Error("nobody calls");
        return caller;
      },
      failNext: (fault) => plivo.faults.next(fault),
      transferTarget: (does) => void (target = does),
    },
    close() {
      plivo.close();
      msw.close();
    },
  };
}
