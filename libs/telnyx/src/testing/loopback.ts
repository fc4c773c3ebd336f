import { httpDeliver, openLoopbackCarrier, silentLog, systemClock, wsConnect, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import { ACCOUNT } from "./account.ts";
import { FakeTelnyx } from "./fake.ts";

/** Starts the fake as a server on this machine. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ tunnel, entryUrl, people, port, clock = systemClock, log = silentLog }) => {
  const ways = { deliver: httpDeliver({ tunnel }), connectMedia: wsConnect({ tunnel }) };
  const fake = new FakeTelnyx({ clock, log, entryUrl, ...ways, ...(people && { people }) });
  return await openLoopbackCarrier({
    service: fake,
    faults: fake.faults,
    courier: fake.courier,
    controls: fake.controls,
    streams: fake.streams,
    section: (baseUrl) => ({ ...ACCOUNT, baseUrl: `${baseUrl}/v2` }),
    secrets: [ACCOUNT.apiKey],
    port,
    close: () => fake.close(),
  });
};
