export * from "./record.ts";
export type * from "./settings.ts";
export type * from "./ports.ts";
export type * from "./commands.ts";
export { createTelephone, type Telephone, type TelephoneEvent, type TelephoneOptions } from "./telephone/telephone.ts";
export { canonicalNumber, maskNumber } from "./telephone/numbers.ts";
export { validateSection } from "./carriers/section.ts";
export { randomIds, systemClock } from "./system.ts";
export * from "./store/index.ts";
