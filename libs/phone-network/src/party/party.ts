/** Something that a remote party heard from us. */
export type Heard =
  /** We began to talk or to play something. */
  | { readonly kind: "started" }
  /** What was said; as far as it came where it was cut short. */
  | { readonly kind: "speech"; readonly text: string; readonly complete: boolean }
  /** Recorded audio that was played. The network does not fetch it. */
  | { readonly kind: "audio"; readonly url: string; readonly complete: boolean };

/** What machine detection may make of a party. */
export type MachineVerdict = "human" | "machine" | "fax" | "unsure";

/** A call, as the remote party knows it. `direction` is ours: `inbound` means that the party calls us. */
export interface PartyCall {
  /** The network's id. */
  readonly id: string;
  readonly direction: "outbound" | "inbound";
  readonly from: string;
  readonly to: string;
}

/**
 * The party's end of the line. After the call is over nothing on it has an effect, and promises that are pending then
 * stay so.
 */
export interface PartyLine {
  readonly call: PartyCall;
  readonly state: "ringing" | "answered" | "ended";
  /** Whether we have stopped talking and listen for what the party says. */
  readonly myTurn: boolean;
  /** Picks up. */
  answer(): void;
  /** Does not take the call. */
  refuse(how: "busy" | "rejected"): void;
  /** Speaks, after what it is saying already. Resolves when it was said. What nobody listens to is lost. */
  say(text: string): Promise<void>;
  /** Presses keys one after another; `w` pauses 500 ms, `W` one second. Resolves after the last. */
  press(digits: string): Promise<void>;
  /** What the network's machine detection makes of this party; reported only where detection was asked for. */
  soundLike(verdict: MachineVerdict, greetingEnded?: boolean): void;
  hangUp(): void;
  /** Resolves after so many milliseconds on the network's clock. */
  wait(ms: number): Promise<void>;
}

/** What a party does may take time; nobody waits for it. */
type MaybeLater = void | Promise<void>;

/**
 * Whoever is at the other end of a call: a script, a test, a person behind a browser. One object serves one call. A
 * fault in it ends that call as `failed`.
 */
export interface RemoteParty {
  /** The telephone rings. Not for a party that calls us. */
  ring?(line: PartyLine): MaybeLater;
  /** The party calls us, and waits for us to answer. */
  calling?(line: PartyLine): MaybeLater;
  /** The call is up. */
  answered?(line: PartyLine): MaybeLater;
  hear?(heard: Heard, line: PartyLine): MaybeLater;
  /** We stopped talking and listen. */
  yourTurn?(line: PartyLine): MaybeLater;
  /** We pressed a key. */
  digit?(digit: string, line: PartyLine): MaybeLater;
  /** The call is over. */
  over?(line: PartyLine): MaybeLater;
}

/** Chooses who is at the other end of a call. `undefined` leaves it to the settings. */
export type RemotePartyFactory = (call: PartyCall) => RemoteParty | undefined;
