export { Playback } from "./playback.ts";
export { StallMeter } from "./stall-meter.ts";
export { Ticker } from "./ticker.ts";
export type * from "./types.ts";
