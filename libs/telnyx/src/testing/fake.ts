import { randomUUID } from "node:crypto";
import { isTelephonyError, type Clock, type Logger } from "@openclaw/telephony-contract";
import { Network, type ConnectMedia, type Leg, type MediaStream, type NetworkControls, type NetworkOptions } from "@openclaw/phone-network";
import { Courier, Faults, type Deliver, type DeliveryPolicy, type FakeService } from "@openclaw/phone-network/wire";
import { FakeLeg, newControlId, type Beginning } from "./leg.ts";
import { Messages } from "./messages.ts";
import type { Body } from "./parameters.ts";
import { People } from "./people.ts";
import { REFUSALS, refuse, type Refusal } from "./refusals.ts";
import { Rest, type RestLeg } from "./rest.ts";
import type { StreamManners } from "./stream.ts";

/** Telnyx tries again where there was no answer, and after 408, 429 and 5xx; other refusals it drops. */
const POLICY: DeliveryPolicy = {
  answerMs: 5_000,
  pausesMs: [1_000, 2_000, 4_000],
  again: (reply) => reply === undefined || reply.status === 408 || reply.status === 429 || reply.status >= 500,
};
/** Seconds that a call rings where the dial does not say. */
const RING_S = 30;

/** What a fake Telnyx is made with. */
export interface FakeTelnyxOptions extends Pick<NetworkOptions, "people" | "party" | "transferOutcome"> {
  readonly clock: Clock;
  readonly log: Logger;
  /** How its webhooks get where they are for. */
  readonly deliver: Deliver;
  /** The webhook URL of the Voice API application. */
  readonly entryUrl: string;
  /** How it connects to our media server. Without it, no stream can be started. */
  readonly connectMedia?: ConnectMedia;
}

/** Streams that are remembered, the latest. */
const MAX_STREAMS = 200;

/** Telnyx' Call Control, as far as telephone calls by commands go: REST, signed webhooks, and a network of people. */
export class FakeTelnyx implements FakeService {
  readonly origin = "https://api.telnyx.com";
  readonly faults = new Faults((status) => refuse(status === 401 ? REFUSALS.unauthenticated : status === 429 ? REFUSALS.tooMany : REFUSALS.faulty));
  readonly courier: Courier;
  readonly controls: NetworkControls;
  /** Its media streams, the oldest first. */
  readonly streams: MediaStream[] = [];
  /** How its streams behave; may be changed at any time, for what begins from then on. */
  readonly manners: StreamManners = { codec: "PCMU", unordered: false, lingers: false, refusesKeys: false };
  readonly #network: Network;
  readonly #messages: Messages;
  readonly #legs = new WeakMap<Leg, FakeLeg>();
  readonly #life = new AbortController();
  readonly #rest = new Rest({
    find: (id) => this.#find(this.#network.find(id)),
    place: (body) => this.#place(body),
    now: () => this.options.clock.now(),
  });

  constructor(private readonly options: FakeTelnyxOptions) {
    const { clock, log, deliver, transferOutcome, entryUrl } = options;
    this.courier = new Courier({ deliver, clock, log, signal: this.#life.signal, policy: POLICY });
    this.#messages = new Messages(this.courier, () => clock.now());
    const people = new People(options, (id, heard) => this.#find(this.#network.find(id))?.fake.overhear(heard));
    this.#network = new Network({
      clock,
      log,
      idFor: (what) => (what === "call" ? newControlId() : randomUUID()),
      party: people.party,
      ...(options.people && { people: options.people }),
      ...(transferOutcome && { transferOutcome }),
    });
    this.controls = people.controls(this.#network, (leg) => this.#conduct(leg, { url: entryUrl }));
  }

  handle(request: Request): Promise<Response> {
    return this.faults.apply(request, () => this.#rest.answer(request));
  }

  /** Ends its calls and webhooks without a word. */
  close(): void {
    this.#life.abort();
    this.#network.close();
    this.faults.close();
  }

  #place({ from, to, client_state: state, webhook_url: url, timeout_secs: ring, time_limit_secs: limit, ...body }: Body): RestLeg | Refusal {
    const { send_digits_on_answer: digits, answering_machine_detection: detection = "disabled" } = body;
    const beginning: Beginning = {
      url: typeof url === "string" ? url : this.options.entryUrl,
      detection: String(detection),
      ...(typeof state === "string" && { clientState: state }),
    };
    const placement = {
      from: String(from),
      to: String(to),
      ringTimeoutMs: Number(ring ?? RING_S) * 1000,
      machineDetection: detection !== "disabled",
      ...(limit !== undefined && { maxDurationMs: Number(limit) * 1000 }),
      ...(typeof digits === "string" && { dialDigits: digits }),
    };
    try {
      const leg = this.#network.place(placement, (made) => this.#conduct(made, beginning));
      return this.#find(leg) ?? REFUSALS.faulty;
    } catch (error) {
      if (isTelephonyError(error, "unavailable")) return REFUSALS.channels;
      throw error;
    }
  }

  #conduct(leg: Leg, beginning: Beginning): FakeLeg {
    const transfer = (from: Leg, request: Parameters<Network["transfer"]>[1]) => this.#network.transfer(from, request);
    const { clock, connectMedia } = this.options;
    const around = { clock, connectMedia, transfer, messages: this.#messages, manners: this.manners, streams: (stream: MediaStream) => this.#remember(stream) };
    const fake = new FakeLeg(leg, around, beginning);
    this.#legs.set(leg, fake);
    return fake;
  }

  #remember(stream: MediaStream): void {
    if (this.streams.push(stream) > MAX_STREAMS) this.streams.shift();
  }

  #find(leg: Leg | undefined): RestLeg | undefined {
    const fake = leg && this.#legs.get(leg);
    return leg && fake && { leg, fake };
  }
}
