import { httpDeliver, openLoopbackCarrier, systemClock, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import type { Logger } from "@openclaw/telephony-contract";
import { ACCOUNT } from "./account.ts";
import { FakeTwilio } from "./fake.ts";

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Starts the fake as a server on this machine. Its section of the configuration signs in with the account's auth token. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ tunnel, entryUrl, people, port, clock = systemClock, log = SILENT }) => {
  const fake = new FakeTwilio({ clock, log, entryUrl, deliver: httpDeliver(tunnel ? { tunnel } : {}), ...(people && { people }) });
  const { accountSid, authToken, apiKeySecret } = ACCOUNT;
  return await openLoopbackCarrier({
    service: fake,
    faults: fake.faults,
    courier: fake.courier,
    controls: fake.controls,
    section: (baseUrl) => ({ accountSid, authToken, baseUrl }),
    secrets: [authToken, apiKeySecret],
    port,
    close: () => fake.close(),
  });
};
