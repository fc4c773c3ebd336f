import type { ContractVersion } from "./version.ts";

/**
 * A schema by the Standard Schema convention, version 1 (standardschema.dev): zod, valibot, arktype and others provide
 * it. The engine validates a provider's section of the configuration with it.
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

/** What a schema says of a value. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The four kinds of provider. */
export type ProviderKind = "carrier" | "transcriber" | "realtime-voice" | "speech-synthesizer";

/** Writes to the operator's log. Static messages; fields hold masked numbers and lengths, never content or secrets. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Fields of a log line. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Time, as a port. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds on a clock that only moves forward, from any origin. */
  monotonic(): number;
  /** Calls back once after `delayMs`. The returned function cancels it and may be called at any time. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** What every provider is given at `create`. */
export interface ProviderContext {
  readonly log: Logger;
  readonly clock: Clock;
  /** Aborted when the instance is closed: ends every wait of the instance. */
  readonly signal: AbortSignal;
}

/**
 * A provider as its package registers it: a description, and the way to an instance. Defining and registering cost
 * nothing; whatever is heavy is imported in `create`.
 */
export interface ProviderDefinition<Kind extends ProviderKind, Config, Instance, Context extends ProviderContext> {
  readonly contract: ContractVersion;
  readonly kind: Kind;
  /** What the configuration names: lower-case letters, digits and hyphens, beginning with a letter, at most 40. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  /** Validates this provider's section and gives what `create` takes. Unknown keys are an error that names the key. */
  readonly config: StandardSchema<Config>;
  /** Environment variables that fill an absent key of the section, by key, in the order in which they are tried. */
  readonly env?: Readonly<Record<string, readonly string[]>>;
  /** Keys of the section that hold secrets: never logged, and references in their place are resolved by the host. */
  readonly secrets?: readonly string[];
  /** Makes an instance. The only place for dynamic imports. Rejects with a {@link TelephonyError}. */
  create(config: Config, context: Context): Promise<Instance>;
}
