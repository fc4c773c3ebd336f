import { DEFAULT_PEOPLE, controlsOf, partyBySettings, type Conduct, type Heard, type Network, type NetworkControls, type NetworkOptions, type PartyCall, type PeopleSettings, type RemoteParty, type RemotePartyFactory, type ScriptMove } from "@openclaw/phone-network";

/** Told what the party of a call heard: that is when the carrier knows that something was said. */
export type Overhear = (callId: string, heard: Heard) => void;

/** The people on the fake's network, each with somebody who listens in for the carrier. */
export class People {
  readonly #settings: PeopleSettings;
  #chosen: RemotePartyFactory | undefined;
  /** Script of the caller who is about to call. */
  #script: readonly ScriptMove[] | undefined;

  constructor(
    { people, party }: Pick<NetworkOptions, "people" | "party">,
    private readonly overhear: Overhear,
  ) {
    this.#settings = { ...DEFAULT_PEOPLE, ...people };
    this.#chosen = party;
  }

  /** Who is at the other end of a new call. */
  readonly party: RemotePartyFactory = (call) => {
    const party = (this.#script ? undefined : this.#chosen?.(call)) ?? partyBySettings(call, this.#settings, this.#script);
    return this.#listenedIn(call, party);
  };

  /** The controls of a network that has its parties from here. */
  controls(network: Network, conduct: Conduct): NetworkControls {
    const controls = controlsOf(network, conduct);
    return {
      calls: controls.calls,
      callUs: ({ script, ...visit }) => {
        this.#script = script;
        try {
          return controls.callUs(visit);
        } finally {
          this.#script = undefined;
        }
      },
      setParty: (party) => void (this.#chosen = party),
    };
  }

  #listenedIn({ id }: PartyCall, party: RemoteParty): RemoteParty {
    return {
      ring: (line) => party.ring?.(line),
      calling: (line) => party.calling?.(line),
      answered: (line) => party.answered?.(line),
      hear: (heard, line) => {
        const later = party.hear?.(heard, line);
        this.overhear(id, heard);
        return later;
      },
      yourTurn: (line) => party.yourTurn?.(line),
      digit: (digit, line) => party.digit?.(digit, line),
      over: (line) => party.over?.(line),
    };
  }
}
