export { Ticker } from "./ticker.ts";
export type * from "./types.ts";
