export type {
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
  type StartLoopbackTranscription,
  type TranscriberSubject,
} from "./loopback-transcription.ts";
