export { plivoDefinition } from "./definition.ts";
export type { PlivoConfig } from "./config.ts";
