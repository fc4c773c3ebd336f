export { Ear, type EarOptions } from "./ear.ts";
export type * from "./events.ts";
export { DEFAULT_BARGE_IN, type BargeInSettings, type EarSettings } from "./settings.ts";
