export { twilioDefinition } from "./definition.ts";
export type { TwilioConfig } from "./config.ts";
