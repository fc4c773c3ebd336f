export { elevenLabsDefinition } from "./definition.ts";
export type { ElevenLabsConfig } from "./config.ts";
