import { fileURLToPath } from "node:url";
import { startGateway, type ConfigPatch, type HostLab, type HostLabOptions } from "@openclaw/host-lab";

const PACKAGES = new URL("../../../../dist/packages/", import.meta.url);

/** Path of a package as `npm run pack` left it. */
export function packed(name: string): string {
  return fileURLToPath(new URL(`${name}-1.0.0.tgz`, PACKAGES));
}

/** The telephone's configuration, at its place in `openclaw.json`. */
export function telephone(config: ConfigPatch): ConfigPatch {
  return { plugins: { entries: { "voice-call": { config } } } };
}

/** What every test's telephone begins with: switched on, over the mock, at a port that nobody has. */
const BASIS: ConfigPatch = { enabled: true, provider: "mock", fromNumber: "+15550199", serve: { port: 0 } };

/** What a test's Gateway is made of. */
export interface TelephoneLab extends Omit<HostLabOptions, "config"> {
  /** The telephone's configuration, over the basis. */
  readonly config?: ConfigPatch;
  /** The host's configuration beside it. */
  readonly host?: ConfigPatch;
}

/** A real Gateway with the packed telephone, and whatever else is to be installed. */
export async function startTelephone({ config = {}, host = {}, install = [], ...lab }: TelephoneLab = {}): Promise<HostLab> {
  const entries = { "voice-call": { enabled: true, config: { ...BASIS, ...config } } };
  return startGateway({ ...lab, install: [packed("openclaw-voice-call"), ...install], config: { ...host, plugins: { entries } } });
}
