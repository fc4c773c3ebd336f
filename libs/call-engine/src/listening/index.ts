export { Ear, type CallEar } from "./ear.ts";
export type * from "./events.ts";
export { DEFAULT_BARGE_IN, type BargeInSettings } from "./settings.ts";
