import { randomBytes } from "node:crypto";
import { TelephonyError, type Clock, type Logger } from "@openclaw/telephony-contract";
import { MediaRefused, Network, controlsOf, type Conductor, type ConnectMedia, type Leg, type MediaStream, type NetworkControls, type NetworkOptions } from "@openclaw/phone-network";
import { Courier, Faults, type Deliver, type DeliveryPolicy, type FakeService } from "@openclaw/phone-network/wire";
import type { FormFields } from "@openclaw/telephony-kit";
import { TwimlConductor, statusOf, type Beginning, type Callbacks } from "./conductor.ts";
import { Messages } from "./messages.ts";
import type { RestError } from "./parameters.ts";
import { answer, notFound, refusal, type RestCall } from "./rest.ts";
import type { StreamFault, StreamManners } from "./stream.ts";
import { readTwiml, type DocumentFault } from "./twiml.ts";

/** Twilio waits fifteen seconds, and asks once more where there was no connection. */
const POLICY: DeliveryPolicy = { answerMs: 15_000, pausesMs: [500], again: (reply) => reply === undefined };
/** Alerts and media streams that are remembered, the latest. */
const MAX_ALERTS = 100;
const MAX_STREAMS = 200;
/** There is no way to us. */
const NOWHERE: ConnectMedia = () => Promise.reject(new MediaRefused("unreachable"));

/** What a fake Twilio is made with. */
export interface FakeTwilioOptions extends Pick<NetworkOptions, "people" | "party" | "transferOutcome"> {
  readonly clock: Clock;
  readonly log: Logger;
  /** How its webhooks get where they are for. */
  readonly deliver: Deliver;
  /** The voice URL of every number, and where their calls' ends are told. */
  readonly entryUrl: string;
  /** How it connects to our media server. Without it, no media stream comes about. */
  readonly connectMedia?: ConnectMedia | undefined;
}

/** Twilio's Programmable Voice, as far as telephone calls by documents go: REST, webhooks, and a network of people. */
export class FakeTwilio implements FakeService {
  readonly origin = "https://api.twilio.com";
  readonly faults = new Faults((status) => refusal(REFUSALS[status]));
  readonly courier: Courier;
  readonly controls: NetworkControls;
  /** Its media streams, the latest, the oldest first. */
  readonly streams: MediaStream[] = [];
  /** How its streams behave; may be changed at any time, for what begins from then on. */
  readonly manners: StreamManners = { startless: false };
  readonly #network: Network;
  readonly #conductors = new WeakMap<Leg, TwimlConductor>();
  readonly #alerts: (DocumentFault | StreamFault)[] = [];
  readonly #life = new AbortController();

  constructor(private readonly options: FakeTwilioOptions) {
    const { clock, log, deliver, people, party, transferOutcome } = options;
    this.courier = new Courier({ deliver, clock, log, signal: this.#life.signal, policy: POLICY });
    this.#network = new Network({
      clock,
      log,
      idFor: (what) => `${what === "call" ? "CA" : "RE"}${randomBytes(16).toString("hex")}`,
      ...(people && { people }),
      ...(party && { party }),
      ...(transferOutcome && { transferOutcome }),
    });
    this.controls = controlsOf(this.#network, (leg) => this.#conductVisit(leg));
  }

  /** What Twilio's debugger would show: documents that were not carried out, streams that failed. */
  get alerts(): readonly (DocumentFault | StreamFault)[] {
    return this.#alerts;
  }

  handle(request: Request): Promise<Response> {
    return this.faults.apply(request, () =>
      answer(
        request,
        {
          create: (fields) => this.#create(fields),
          update: (sid, fields) => this.#update(sid, fields),
          fetch: (sid) => {
            const leg = this.#network.find(sid);
            return leg && restCall(leg);
          },
        },
        this.options.clock.now(),
      ),
    );
  }

  /** Ends its calls and webhooks without a word. */
  close(): void {
    this.#life.abort();
    this.#network.close();
    this.faults.close();
  }

  #create(fields: FormFields): RestCall | RestError {
    const beginning = beginningOf(fields);
    if ("code" in beginning) return beginning;
    const sendDigits = fields.get("SendDigits");
    const timeLimit = fields.get("TimeLimit");
    const placement = {
      from: fields.get("From") ?? "",
      to: fields.get("To") ?? "",
      ringTimeoutMs: Number(fields.get("Timeout") ?? 60) * 1_000,
      // Keys at the beginning switch machine detection off.
      machineDetection: fields.get("MachineDetection") !== undefined && sendDigits === undefined,
      ...(timeLimit !== undefined && { maxDurationMs: Number(timeLimit) * 1_000 }),
      ...(sendDigits !== undefined && { dialDigits: sendDigits }),
    };
    try {
      const leg = this.#network.place(placement, (made) => this.#conduct(made, beginning, callbacksOf(fields)));
      this.#conductors.get(leg)?.progress("initiated", "initiated");
      return { ...restCall(leg), status: "queued" };
    } catch (error) {
      if (error instanceof TelephonyError) return { status: 503, code: 20503, message: "Service unavailable" };
      throw error;
    }
  }

  #update(sid: string, fields: FormFields): RestCall | RestError {
    const leg = this.#network.find(sid);
    if (!leg) return notFound(`Call ${sid}`);
    const { call } = leg;
    const status = fields.get("Status");
    if (call.state === "ended") return { status: 400, code: 21220, message: "Call is not in-progress. Cannot redirect." };
    if (status !== undefined) {
      if (call.state === "ringing") call.end("canceled", "us");
      else if (status === "completed") call.end("completed", "us");
      return restCall(leg);
    }
    if (call.state !== "answered") return { status: 400, code: 21220, message: "Call is not in-progress. Cannot redirect." };
    const next = beginningOf(fields);
    if ("code" in next) return next;
    this.#conductors.get(leg)?.redirect(next);
    return restCall(leg);
  }

  #conductVisit(leg: Leg): Conductor {
    const { entryUrl: url } = this.options;
    // A number's own status callback tells of nothing but the end.
    return this.#conduct(leg, { fetch: { url } }, { status: { url, events: ["completed"] } });
  }

  #conduct(leg: Leg, beginning: Beginning, callbacks: Callbacks): TwimlConductor {
    const { clock, log, connectMedia = NOWHERE } = this.options;
    const now = () => clock.now();
    const conductor = new TwimlConductor({
      leg,
      log,
      now,
      beginning,
      callbacks,
      messages: new Messages(leg, this.courier, now),
      transfer: (from, request) => this.#network.transfer(from, request),
      alert: (fault) => {
        if (this.#alerts.push(fault) > MAX_ALERTS) this.#alerts.shift();
      },
      streaming: {
        clock,
        connectMedia,
        manners: this.manners,
        opened: (stream) => {
          if (this.streams.push(stream) > MAX_STREAMS) this.streams.shift();
        },
      },
    });
    this.#conductors.set(leg, conductor);
    return conductor;
  }
}

const REFUSALS: Readonly<Record<401 | 429 | 500, RestError>> = {
  401: { status: 401, code: 20003, message: "Authenticate" },
  429: { status: 429, code: 20429, message: "Too Many Requests" },
  500: { status: 500, code: 20500, message: "An internal server error has occurred" },
};

/** `Url` wins where both are given. */
function beginningOf(fields: FormFields): Beginning | RestError {
  const url = fields.get("Url");
  if (url !== undefined) return { fetch: { url, method: fields.get("Method") } };
  const read = readTwiml(fields.get("Twiml") ?? "");
  return "verbs" in read ? read : { status: 400, code: 21218, message: `The 'Twiml' is not valid: ${read.fault.message}` };
}

function callbacksOf(fields: FormFields): Callbacks {
  const [status, machine] = [fields.get("StatusCallback"), fields.get("AsyncAmdStatusCallback")];
  const events = fields.getAll("StatusCallbackEvent");
  return {
    ...(status !== undefined && { status: { url: status, method: fields.get("StatusCallbackMethod"), events: events.length > 0 ? events : ["completed"] } }),
    ...(machine !== undefined && { machine: { url: machine, method: fields.get("AsyncAmdStatusCallbackMethod"), mode: fields.get("MachineDetection") ?? "Enable" } }),
  };
}

function restCall({ id, about, call }: Leg): RestCall {
  const { from, to, direction } = about;
  const live = call.state === "ringing" ? "ringing" : "in-progress";
  return { sid: id, from, to, direction: direction === "inbound" ? "inbound" : "outbound-api", status: call.state === "ended" ? statusOf(call.reason ?? "completed") : live };
}
