export * from "./record.ts";
export type * from "./settings.ts";
export type * from "./ports.ts";
export type * from "./commands.ts";
