export { Playback } from "./playback.ts";
export { Ticker } from "./ticker.ts";
export type * from "./types.ts";
