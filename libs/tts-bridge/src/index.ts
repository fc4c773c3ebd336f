export { hostSpeechDefinition } from "./definition.ts";
export type { HostSpeechConfig } from "./config.ts";
export type { HostAttempt, HostOutcome, HostSpeech, HostStream, HostTelephonySpeech, HostTts, PreparedText } from "./host.ts";
