/** Why an upgrade was refused, or a media socket closed. Stable, for logs and for whoever waits for the link's end. */
export type MediaCloseReason =
  /** The URL ends in nothing that could be a token. */
  | "missing-token"
  /** The token was never issued, or so long ago that it is forgotten. */
  | "unknown-token"
  | "expired-token"
  /** A stream has started with the token already. */
  | "used-token"
  /** Another socket holds the token and has not started yet. */
  | "reserved-token"
  /** A stream of the same call started with a newer token. */
  | "superseded"
  /** The carrier's own check of the request failed. */
  | "signature"
  /** There are as many sockets as the limits allow. */
  | "too-many"
  /** The start message did not come in time. */
  | "no-start"
  /** The start message names another call. */
  | "wrong-call"
  /** The start message names an audio format that the telephone does not know. */
  | "bad-format"
  /** Too many messages that the carrier's protocol does not know. */
  | "protocol"
  /** A message larger than the carrier's largest. */
  | "too-large"
  /** More messages than a stream can have. */
  | "flood"
  /** The other end does not take what it is sent. */
  | "backpressure"
  | "call-over"
  /** The telephone stops. */
  | "server-closing"
  /** The carrier said that the stream is over. */
  | "stopped-by-carrier"
  /** The carrier closed the socket. */
  | "carrier-closed"
  /** The connection broke. */
  | "network"
  /** A defect on our side. */
  | "internal";

/** HTTP statuses of refused upgrades; `too-many` has one of its own in each case. */
const REFUSAL_STATUS: { readonly [Reason in MediaCloseReason]?: number } = {
  "missing-token": 401,
  "unknown-token": 401,
  "expired-token": 401,
  "too-many": 503,
  "server-closing": 503,
};

/** The HTTP status that a refused upgrade is answered with. */
export function refusalStatus(reason: MediaCloseReason): number {
  return REFUSAL_STATUS[reason] ?? 403;
}

/** Close codes of RFC 6455, section 7.4.1, and of the IANA registry that it founded. */
const CLOSE_CODES: { readonly [Reason in MediaCloseReason]?: number } = {
  "server-closing": 1001,
  protocol: 1002,
  "bad-format": 1003,
  "no-start": 1008,
  "wrong-call": 1008,
  "used-token": 1008,
  "expired-token": 1008,
  "unknown-token": 1008,
  flood: 1008,
  "too-large": 1009,
  internal: 1011,
  backpressure: 1013,
};

/** The WebSocket code that a socket is closed with; 1000 for every end that is none of the faults. */
export function closeCode(reason: string): number {
  return CLOSE_CODES[reason as MediaCloseReason] ?? 1000;
}

/** Ends that nobody wanted, and what the operator can make of them. */
const FAULTS: { readonly [Reason in MediaCloseReason]?: string } = {
  "no-start": "a media socket was closed: it sent no start message in time",
  "wrong-call": "a media socket was closed: its start message names a call that its token was not issued for",
  "bad-format": "a media socket was closed: it announces audio in a format that the telephone does not know",
  protocol: "a media socket was closed: too much of what it sent is not the carrier's protocol",
  "too-large": "a media socket was closed: it sent a message larger than the carrier's largest",
  flood: "a media socket was closed: it sent more messages than a stream can have",
  backpressure: "a media socket was closed: the other end does not take the audio that it is sent",
  network: "a media socket was lost: the connection to the carrier broke",
  internal: "a media socket was closed because of a defect in the telephone or the carrier's package",
};

/** How the end of a socket reads in the log. */
export function describeEnd(reason: string, started: boolean): { readonly level: "info" | "warn"; readonly message: string } {
  const fault = FAULTS[reason as MediaCloseReason];
  if (fault !== undefined) return { level: "warn", message: fault };
  if (started) return { level: "info", message: "the audio of a call is disconnected" };
  const givenUp = reason === "carrier-closed" || reason === "stopped-by-carrier";
  return { level: givenUp ? "warn" : "info", message: "a media socket was closed before its stream started" };
}

/** An id for the log: enough to find it again, too little to use it. */
export function maskId(id: string): string {
  return id.length <= 8 ? id : `${id.slice(0, 8)}…`;
}
