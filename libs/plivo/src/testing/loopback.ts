import { httpDeliver, openLoopbackCarrier, silentLog, systemClock, wsConnect, type StartLoopbackCarrier } from "@openclaw/phone-network/wire";
import { ACCOUNT } from "./account.ts";
import { FakePlivo } from "./fake.ts";

/** Starts the fake on a port of this machine. Its `section` is Plivo's section of the configuration. */
export const startLoopbackCarrier: StartLoopbackCarrier = ({ entryUrl, tunnel, people, port, clock = systemClock, log = silentLog }) => {
  const plivo = new FakePlivo({
    account: ACCOUNT,
    clock,
    log,
    entryUrl,
    deliver: httpDeliver({ tunnel }),
    connectMedia: wsConnect({ tunnel }),
    ...(people && { people }),
  });
  return openLoopbackCarrier({
    service: plivo.service,
    faults: plivo.faults,
    courier: plivo.courier,
    controls: plivo.controls,
    streams: plivo.streams,
    section: (baseUrl) => ({ ...ACCOUNT, baseUrl }),
    secrets: [ACCOUNT.authToken],
    port,
    close: () => plivo.close(),
  });
};
