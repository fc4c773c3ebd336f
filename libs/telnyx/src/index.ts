export { telnyxDefinition } from "./definition.ts";
export type { TelnyxConfig } from "./config.ts";
