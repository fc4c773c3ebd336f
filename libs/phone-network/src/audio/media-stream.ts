import type { AudioReport } from "./audio-report.ts";

/** A message of ours that the carrier does not take, or warns of, in its own words. */
export interface RefusedMessage {
  /** The carrier's code, where it has one. */
  readonly code: string;
  readonly message: string;
}

/** A media stream of a fake carrier, in the hands of a test. */
export interface MediaStream {
  /** The network's id of the call. */
  readonly call: string;
  /** The URL to which the carrier connected. */
  readonly url: string;
  readonly state: "connecting" | "open" | "closed";
  /** When it began, in milliseconds since the epoch: what the times of `heard` are counted from. */
  readonly startedAt: number | undefined;
  /** Who ended it, once it is over: `network` where the connection broke or never came about. */
  readonly endedBy: "us" | "carrier" | "network" | undefined;
  /** What the far end heard from us. */
  readonly heard: AudioReport;
  /** Messages of ours that the carrier did not take. */
  readonly refused: readonly RefusedMessage[];
  /** Sends a message as it is, in the middle of the carrier's own. */
  send(message: string | Uint8Array): void;
  /** The connection breaks, without a word on either side. */
  drop(): void;
}
