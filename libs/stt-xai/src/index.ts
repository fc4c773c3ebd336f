export { xAiDefinition } from "./definition.ts";
export type { XAiConfig } from "./config.ts";
