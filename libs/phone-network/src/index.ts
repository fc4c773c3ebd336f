export { Network, type Conduct, type Identified, type NetworkOptions, type Placement, type Visit } from "./network/network.ts";
export { controlsOf, type CallReport, type InboundCall, type NetworkControls } from "./network/controls.ts";
export { conformanceNetwork, type ConformanceNetwork, type ConformanceNetworkOptions } from "./network/conformance.ts";
export { Leg, type CallerId, type Conductor, type LegWishes } from "./network/leg.ts";
export type { Call, CallAudio, Done, EndedBy } from "./network/call.ts";
export { toEvent, type CallNews, type Happening } from "./network/happening.ts";
export { areKeys } from "./network/keys.ts";
export type { ListenFor, ListenResult } from "./network/listening.ts";
export type { Recorder } from "./network/recorder.ts";
export { Timers } from "@openclaw/telephony-kit";
export type { TransferRequest, TransferResult } from "./network/transfer.ts";
export {
  Courier,
  USUAL_POLICY,
  type Attempt,
  type CourierOptions,
  type Deliver,
  type Delivery,
  type DeliveryPolicy,
  type Disorder,
} from "./courier/courier.ts";
export { AudioEnd, type AudioEndOptions, type AudioOutlet } from "./audio/audio-end.ts";
export type { AudioReport, HeardText, Span } from "./audio/audio-report.ts";
export { sampleCodec, type SampleCodec } from "./audio/sample-codec.ts";
export type { MediaStream, RefusedMessage } from "./audio/media-stream.ts";
export { MediaRefused, type ConnectMedia, type MediaFailure, type MediaRequest, type MediaWire } from "./wire/media-wire.ts";
export { AnsweringMachine } from "./party/answering-machine.ts";
export { outcomeOfNumber, partyBySettings } from "./party/choose.ts";
export { HeldParty } from "./party/held-party.ts";
export type { Heard, MachineVerdict, PartyCall, PartyLine, RemoteParty, RemotePartyFactory } from "./party/party.ts";
export { DEFAULT_PEOPLE, type Outcome, type PeopleSettings, type ScriptMove } from "./party/people.ts";
export { STOCK_SCRIPT, ScriptedPerson, type PersonManners } from "./party/scripted-person.ts";
