/** Id of the plugin: `plugins.entries.<id>` in the host's configuration. */
export const PLUGIN_ID = "voice-call";

/** Name of the npm package, under which its own registrations are made. */
export const PACKAGE_NAME = "@openclaw/voice-call";
