import { httpDeliver, openLoopbackCarrier, silentLog, systemClock, wsConnect, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import { ACCOUNT } from "./account.ts";
import { FakeTwilio } from "./fake.ts";

/** Starts the fake as a server on this machine. Its section of the configuration signs in with the account's auth token. */
export const startLoopbackCarrier: StartLoopbackCarrier = async ({ tunnel, entryUrl, people, port, clock = systemClock, log = silentLog }) => {
  const fake = new FakeTwilio({ clock, log, entryUrl, deliver: httpDeliver({ tunnel }), connectMedia: wsConnect({ tunnel }), ...(people && { people }) });
  const { accountSid, authToken, apiKeySecret } = ACCOUNT;
  return await openLoopbackCarrier({
    service: fake,
    faults: fake.faults,
    courier: fake.courier,
    controls: fake.controls,
    streams: fake.streams,
    section: (baseUrl) => ({ accountSid, authToken, baseUrl }),
    secrets: [authToken, apiKeySecret],
    port,
    close: () => fake.close(),
  });
};
