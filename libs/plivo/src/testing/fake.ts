import { randomUUID } from "node:crypto";
import type { Clock, Logger } from "@openclaw/telephony-contract";
import { MediaRefused, Network, controlsOf, type ConnectMedia, type MediaStream, type NetworkControls, type Outcome, type PeopleSettings, type RemotePartyFactory } from "@openclaw/phone-network";
import { Courier, Faults, type Deliver, type FakeService } from "@openclaw/phone-network/wire";
import { PlivoCall, type CallUrls, type Exchange } from "./call.ts";
import type { CreateParameters } from "./parameters.ts";
import { answerRest, refusal, unauthorized, type Account, type Exchanges } from "./rest.ts";
import type { StreamManners } from "./stream.ts";
import { WebhookMaker, type Target } from "./webhook.ts";

/** What rings where nobody says. Seconds. */
const RING_S = 120;

/** What a fake is made of. */
export interface FakePlivoOptions {
  readonly account: Account;
  readonly clock: Clock;
  readonly log: Logger;
  /** Carries its webhooks. */
  readonly deliver: Deliver;
  /** Answer URL and hang-up URL of the application that is configured for calls that reach us. */
  readonly entryUrl: string;
  readonly people?: Partial<PeopleSettings>;
  readonly party?: RemotePartyFactory;
  readonly transferOutcome?: (to: string) => Outcome | undefined;
  /** How it connects to our media server. Without it, no stream comes about. */
  readonly connectMedia?: ConnectMedia;
}

/** Streams that are remembered, the latest. */
const MAX_STREAMS = 200;

/** Plivo, as far as calls go: its API, its documents, its webhooks, and a telephone network behind it. */
export class FakePlivo {
  readonly network: Network;
  readonly controls: NetworkControls;
  readonly courier: Courier;
  readonly faults: Faults;
  readonly service: FakeService;
  /** Its media streams, the oldest first. */
  readonly streams: MediaStream[] = [];
  /** How its streams behave; may be changed at any time, for what happens from then on. */
  readonly manners: StreamManners = { returnsClearedMarks: false, saysMore: true, names: "reference" };
  readonly #life = new AbortController();
  readonly #calls = new WeakMap<object, PlivoCall>();
  readonly #exchange: Exchange;

  constructor(private readonly options: FakePlivoOptions) {
    const { account, clock, log, deliver, entryUrl, people, party, transferOutcome } = options;
    const { connectMedia = () => Promise.reject(new MediaRefused("unreachable")) } = options;
    this.network = new Network({
      clock,
      log,
      idFor: () => randomUUID(),
      ...(people && { people }),
      ...(party && { party }),
      ...(transferOutcome && { transferOutcome }),
    });
    this.courier = new Courier({ deliver, clock, log, signal: this.#life.signal });
    this.#exchange = {
      clock,
      log,
      courier: this.courier,
      maker: new WebhookMaker(account.authToken),
      transfer: (leg, request) => this.network.transfer(leg, request),
      connectMedia,
      manners: this.manners,
      streams: (stream) => this.#remember(stream),
    };
    const entry: Target = { url: entryUrl, method: "POST" };
    this.controls = controlsOf(this.network, (leg) => this.#keep(new PlivoCall(leg, { answer: entry, hangup: entry }, this.#exchange)));
    this.faults = new Faults((status) => {
      if (status === 401) return unauthorized();
      const busy = status === 429;
      return refusal(randomUUID(), status, busy ? "too many requests" : "server error", busy ? { "retry-after": "1" } : {});
    });
    this.service = {
      origin: "https://api.plivo.com",
      handle: (request) => this.faults.apply(request, () => answerRest(request, account, this.#rest)),
    };
  }

  /** Calls that were really placed by the API, whatever it answered. */
  placed = 0;

  /** Ends everything without a word. */
  close(): void {
    this.#life.abort();
    this.network.close();
    this.faults.close();
  }

  readonly #rest: Exchanges = {
    place: (parameters) => this.#place(parameters),
    byCallUuid: (id) => this.#all.find(({ leg }) => leg.id === id),
    byRequestUuid: (id) => this.#all.find(({ requestUuid }) => requestUuid === id),
    live: () => this.#all.filter(({ over }) => !over),
    newId: () => randomUUID(),
  };

  get #all(): readonly PlivoCall[] {
    return this.network.legs.map((leg) => this.#calls.get(leg)).filter((call) => call !== undefined);
  }

  #place(parameters: CreateParameters): string {
    const { ring_timeout: ring = RING_S, hangup_on_ring: onRing, time_limit: limit, send_digits: digits, machine_detection: detection } = parameters;
    const requestUuid = randomUUID();
    const placement = {
      from: plus(parameters.from),
      to: plus(parameters.to),
      ringTimeoutMs: 1000 * Math.min(ring, onRing ?? ring),
      machineDetection: detection === "true",
      ...(limit !== undefined && { maxDurationMs: 1000 * limit }),
      ...(digits !== undefined && { dialDigits: digits.replace(/@.*$/, "") }),
    };
    this.network.place(placement, (leg) => this.#keep(new PlivoCall(leg, urlsOf(parameters), this.#exchange, requestUuid)));
    this.placed++;
    return requestUuid;
  }

  #remember(stream: MediaStream): void {
    if (this.streams.push(stream) > MAX_STREAMS) this.streams.shift();
  }

  #keep(call: PlivoCall): PlivoCall {
    this.#calls.set(call.leg, call);
    return call;
  }
}

function urlsOf(parameters: CreateParameters): CallUrls {
  const target = (url: string, method: Target["method"] = "POST"): Target => ({ url, method });
  const { answer_url, fallback_url, ring_url, hangup_url, machine_detection_url } = parameters;
  return {
    answer: target(answer_url, parameters.answer_method),
    ...(fallback_url && { fallback: target(fallback_url, parameters.fallback_method) }),
    ...(ring_url && { ring: target(ring_url, parameters.ring_method) }),
    ...(hangup_url && { hangup: target(hangup_url, parameters.hangup_method) }),
    ...(machine_detection_url && { machine: target(machine_detection_url, parameters.machine_detection_method) }),
  };
}

function plus(number: string): string {
  return number.startsWith("+") ? number : `+${number}`;
}
