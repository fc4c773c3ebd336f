export { deepgramDefinition } from "./definition.ts";
export type { DeepgramConfig } from "./config.ts";
