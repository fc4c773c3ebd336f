import type { CallEvent, CallEventBase } from "@openclaw/telephony-contract";

type WithoutBase<Event> = Event extends unknown ? Omit<Event, keyof CallEventBase> : never;

/** What happened, without the members that every event has. */
export type CallNews = WithoutBase<CallEvent>;

/** Something that happened to a call. */
export interface Happening {
  /** The network's id of the call. */
  readonly leg: string;
  /** The id that we gave the call, once the network was told. */
  readonly callId?: string;
  /** Position in the call's order, from 1. */
  readonly order: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly news: CallNews;
}

/** A happening as an event of the contract. */
export function toEvent({ leg, callId, order, at, news }: Happening): CallEvent {
  return {
    ...news,
    occurredAt: at,
    order,
    dedupeKey: `${leg}#${order}`,
    carrierIds: [leg],
    ...(callId !== undefined && { callId }),
  };
}
