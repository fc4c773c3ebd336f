import type { HostApi } from "../host/api.ts";

/** `openclaw voicecall`. What is below it is loaded when it is used. */
export const COMMAND = { name: "voicecall", description: "Place, follow and set up telephone calls", hasSubcommands: true };

/** Registers the commands. Only their name costs anything until one is run. */
export function registerCommands(api: HostApi): void {
  api.registerCli(async ({ program }) => (await import("./commands.ts")).addCommands(program, api), { descriptors: [COMMAND] });
}
