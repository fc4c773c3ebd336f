import type { HostLab } from "@openclaw/host-lab";

/** What `openclaw voicecall setup --json` prints. */
export interface SetupReport {
  readonly ok: boolean;
  readonly checks: readonly { readonly id: string; readonly ok: boolean; readonly level: string; readonly message: string; readonly remedy?: string }[];
  readonly providers: Readonly<Record<string, readonly { readonly id: string; readonly package: string; readonly version: string }[]>>;
}

/** Runs `openclaw voicecall setup --json`. `text` is everything that it printed. */
export async function setupOf(lab: HostLab): Promise<{ code: number; report: SetupReport; text: string }> {
  const { code, stdout, stderr } = await lab.cli(["voicecall", "setup", "--json"]);
  return { code, report: JSON.parse(stdout) as SetupReport, text: stdout + stderr };
}
