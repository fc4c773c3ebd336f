export type { SpeechOrder } from "./parse-speech.ts";
export { startSpeechServer, type SpeechServer, type SpeechServerFault, type SpeechServerOptions, type SpeechServerRequest } from "./server.ts";
export type { SpeechOutcome } from "./speak.ts";
