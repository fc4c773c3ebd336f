export type {
  Hearing,
  Span,
  TranscriptionDialect,
  TranscriptionPeer,
  TranscriptionRequest,
  TranscriptionVendor,
  UpgradeRefusal,
  WishedRefusal,
} from "./dialect.ts";
export {
  openTranscription,
  transcriberHarness,
  type LoopbackTranscription,
  type LoopbackTranscriptionOptions,
  type StartLoopbackTranscription,
  type TranscriberSubject,
  type TranscriptionFaults,
} from "./loopback-transcription.ts";
