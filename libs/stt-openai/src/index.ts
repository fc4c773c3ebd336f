export { openAiDefinition } from "./definition.ts";
export type { OpenAiConfig } from "./config.ts";
