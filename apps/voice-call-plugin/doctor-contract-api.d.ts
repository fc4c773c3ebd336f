/** The host's configuration, as far as a migration knows it. */
type HostConfig = Record<string, unknown>;

export interface LegacyConfigRule {
  readonly path: string[];
  readonly message: string;
  readonly match: (value: unknown) => boolean;
}

export declare const legacyConfigRules: LegacyConfigRule[];

export declare function normalizeCompatibilityConfig(params: { cfg: HostConfig }): { config: HostConfig; changes: string[] };
