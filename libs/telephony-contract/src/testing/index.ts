export { ConformanceError, HarnessError } from "./assertions.ts";
export {
  carrierConformance,
  type CarrierConformanceOptions,
  type ConformanceRunner,
  type Deviation,
} from "./carrier-conformance.ts";
export type {
  CarrierHarness,
  ConformanceKit,
  Heard,
  NetworkFault,
  NetworkFrame,
  NetworkSocket,
  RemoteParty,
  TestNetwork,
} from "./harness.ts";
export { createLogRecorder, leakIn, leakInLog, type Confidential, type LogLine, type LogRecorder } from "./log-recorder.ts";
export type { PatienceOptions } from "./patience.ts";
export { CARRIER_RULES, CARRIER_RULE_IDS, type CarrierRuleId } from "./rules.ts";
export { speechConformance, type SpeechConformanceOptions } from "./speech-conformance.ts";
export type { SpeechFault, SpeechHarness, SpeechKit, SpokenAudio, TestSpeechService } from "./speech-harness.ts";
export { SPEECH_RULES, SPEECH_RULE_IDS, type SpeechRuleId } from "./speech-rules.ts";
export type { SpeechSubject } from "./speech-session.ts";
export {
  transcriberConformance,
  type TranscriberConformanceOptions,
  type TranscriberDeviation,
} from "./transcriber-conformance.ts";
export type {
  TestTranscription,
  TestTranscriptionSession,
  TranscriberHarness,
  TranscriberKit,
  TranscriptionFault,
} from "./transcriber-harness.ts";
export { TRANSCRIBER_RULES, TRANSCRIBER_RULE_IDS, type TranscriberRuleId } from "./transcriber-rules.ts";
export type { TranscriberSubject } from "./transcriber-session.ts";
export { createVirtualClock, type VirtualClock, type VirtualClockOptions } from "./virtual-clock.ts";
