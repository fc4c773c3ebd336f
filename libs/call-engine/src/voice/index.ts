export { SpeechCache } from "./speech-cache.ts";
export type * from "./types.ts";
export { Voice } from "./voice.ts";
