export { mistralDefinition } from "./definition.ts";
export type { MistralConfig } from "./config.ts";
