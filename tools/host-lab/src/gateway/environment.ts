import type { LabFolder } from "./lab-folder.ts";

/** What a child may know of the machine. Everything else would make runs differ from one developer to the next. */
const INHERITED = ["PATH", "LANG", "LC_ALL", "TZ", "SystemRoot", "ComSpec", "PATHEXT"];

/** Environment of the Gateway and of CLI runs: the lab's folders, nothing of the developer's, no need for a network. */
export function labEnvironment(folder: LabFolder, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const inherited = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    HOME: folder.home,
    USERPROFILE: folder.home,
    TMPDIR: folder.temp,
    TMP: folder.temp,
    TEMP: folder.temp,
    OPENCLAW_STATE_DIR: folder.state,
    OPENCLAW_CONFIG_PATH: folder.config,
    // The three below are the host's documented settings for a Gateway that another program starts and owns.
    OPENCLAW_DISABLE_BONJOUR: "1",
    OPENCLAW_EXEC_SHELL_SNAPSHOT: "0",
    OPENCLAW_NO_RESPAWN: "1",
    OPENCLAW_NO_AUTO_UPDATE: "1",
    NO_COLOR: "1",
    // `plugins install` runs npm; our packages bring what they need, so npm has nothing to fetch.
    npm_config_offline: "true",
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    ...extra,
  };
}
