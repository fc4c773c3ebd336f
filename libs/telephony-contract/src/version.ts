/**
 * Version of the contract that a definition was written against.
 *
 * `major` changes when something a provider relies on is removed or changes its meaning; the reader refuses a
 * definition of another major. `minor` grows when optional members are added; any minor of the same major works.
 */
export interface ContractVersion {
  readonly major: number;
  readonly minor: number;
}

/** The contract of this module: what a definition states in its `contract` field. */
export const CONTRACT: ContractVersion = { major: 1, minor: 0 };
