export type { FakeService } from "./service.ts";
export { interceptService, mswHandlers } from "./msw.ts";
export { serveLoopback, type LoopbackServer } from "./loopback-server.ts";
export { Faults, type Fault, type RefusalStatus, type Refuse } from "./faults.ts";
export {
  Courier,
  USUAL_POLICY,
  type Attempt,
  type CourierOptions,
  type Deliver,
  type Delivery,
  type DeliveryPolicy,
  type Disorder,
} from "../courier/courier.ts";
export { httpDeliver, type Tunnel } from "./http-deliver.ts";
export { wsConnect, type WsConnectOptions } from "./ws-connect.ts";
export { acceptWires } from "./ws-accept.ts";
export { wirePair } from "./wire-pair.ts";
export { recordRequests, type RestRequest } from "./request-log.ts";
export { silentLog, systemClock } from "./surroundings.ts";
export {
  openLoopbackCarrier,
  type CarrierSubject,
  type LoopbackCarrier,
  type LoopbackOptions,
  type LoopbackParts,
  type StartLoopbackCarrier,
} from "./loopback-carrier.ts";
export { interceptedHarness, type FakeCarrier, type FakeSurroundings, type HarnessParts, type LiveKit } from "./harness.ts";
export { MediaRefused, type ConnectMedia, type MediaFailure, type MediaRequest, type MediaWire } from "./media-wire.ts";
