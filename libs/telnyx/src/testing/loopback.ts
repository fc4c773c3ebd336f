import { httpDeliver, openLoopbackCarrier, silentLog, systemClock, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import { ACCOUNT } from "./account.ts";
import { FakeTelnyx } from "./fake.ts";

/** Starts the fake as a server on this machine. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ tunnel, entryUrl, people, port, clock = systemClock, log = silentLog }) => {
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
