import { httpDeliver, openLoopbackCarrier, systemClock, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import type { Logger } from "@openclaw/telephony-contract";
import { ACCOUNT } from "./account.ts";
import { FakeTelnyx } from "./fake.ts";

const SILENT: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Starts the fake as a server on this machine. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ tunnel, entryUrl, people, port, clock = systemClock, log = SILENT }) => {
  const fake = new FakeTelnyx({ clock, log, entryUrl, deliver: httpDeliver(tunnel ? { tunnel } : {}), ...(people && { people }) });
  return await openLoopbackCarrier({
    service: fake,
    faults: fake.faults,
    courier: fake.courier,
    controls: fake.controls,
    section: (baseUrl) => ({ ...ACCOUNT, baseUrl: `${baseUrl}/v2` }),
    secrets: [ACCOUNT.apiKey],
    port,
    close: () => fake.close(),
  });
};
