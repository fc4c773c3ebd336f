import { TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import { CallSupervisor, type CallSurroundings } from "../call/supervisor.ts";
import type { CallState } from "../call/state.ts";
import { CarrierPool, type Lease } from "../carriers/pool.ts";
import { StandingCarrier } from "../carriers/standing.ts";
import type { CallView, ContinueResult, InitiateRequest, TelephoneCommands } from "../commands.ts";
import { Door } from "../door/door.ts";
import { Entrance, type WebhookAddress } from "../door/entrance.ts";
import { DoorUrls } from "../door/urls.ts";
import { numberingPlan } from "../policy/destination.ts";
import { requireAllowed } from "../policy/outbound.ts";
import { Pairing } from "../policy/pairing.ts";
import { AudioDesk, type MediaDoor } from "../live-audio/desk.ts";
import type { EnginePorts } from "../ports.ts";
import type { TelephoneSettings } from "../settings.ts";
import { withAudioMode } from "./audio-mode.ts";
import { CallCommands } from "./call-commands.ts";
import { Inbound } from "./inbound.ts";
import { LiveCalls } from "./live-calls.ts";
import { newCall } from "./new-call.ts";
import { callerNumber, checkFit, outboundCall } from "./outbound.ts";
import { Reconciler } from "./reconcile.ts";
import { StoreHealth } from "./store-health.ts";
import { Subscribers } from "./subscribers.ts";
import { Switchboard } from "./switchboard.ts";
import { viewOf } from "./view.ts";

/** Something that happened on the telephone. */
export interface TelephoneEvent {
  readonly type: "changed";
  readonly call: CallView;
}

/** The telephone. */
export interface Telephone extends TelephoneCommands {
  /** Opens the listener and the carrier, and finds out what became of the calls of an earlier process. */
  start(): Promise<void>;
  /** Hangs up what is live and releases everything. Idempotent; it can be started again. */
  stop(): Promise<void>;
  /** Tells of every stored change. Returns the way to leave. */
  subscribe(listener: (event: TelephoneEvent) => void): () => void;
  readonly webhook: WebhookAddress;
  /** The door for the audio of calls: for media sockets that do not come over the listener. */
  readonly media: MediaDoor;
}

/** What a telephone is made from. */
export interface TelephoneOptions {
  /** The newest settings; asked for every new call. Throws a `config-invalid` error where they are wrong. */
  readonly settings: () => TelephoneSettings;
  readonly ports: EnginePorts;
}

const REAP_MS = 30_000;
/** How long the end of the process waits for calls to be hung up. */
const STOP_MS = 5000;

/** Makes a telephone. Nothing is opened before `start`. */
export function createTelephone(options: TelephoneOptions): Telephone {
  return new Exchange(options);
}

/** Where calls, carriers and the world meet. */
class Exchange implements Telephone {
  readonly #settings: () => TelephoneSettings;
  readonly #ports: EnginePorts;
  readonly #live = new LiveCalls();
  readonly #entrance: Entrance;
  readonly #urls = new DoorUrls(() => this.#entrance.url);
  readonly #door: Door;
  readonly #pool: CarrierPool;
  readonly #standing: StandingCarrier;
  readonly #switchboard: Switchboard;
  readonly #audio: AudioDesk;
  readonly #inbound: Inbound;
  readonly #reconciler: Reconciler;
  readonly #commands: CallCommands;
  readonly #store: StoreHealth;
  readonly #subscribers: Subscribers;
  readonly pairing: Pairing;
  readonly #surroundings: CallSurroundings;
  #cancelReap = () => {};
  #running = false;

  constructor({ settings, ports }: TelephoneOptions) {
    this.#settings = settings;
    this.#ports = ports;
    this.#entrance = new Entrance(settings, ports);
    this.#store = new StoreHealth(ports);
    this.#subscribers = new Subscribers(ports.log);
    this.#commands = new CallCommands(this.#live, ports.store);
    this.#pool = new CarrierPool(ports, {
      emit: (carrierId, event) => void this.#switchboard.dispatch(carrierId, event),
      attach: (callId, link) => this.#audio.attach(callId, link),
      deliver: (request) => this.#door.handle(request),
      entryUrl: () => this.#entrance.url,
    });
    this.#standing = new StandingCarrier(this.#pool, ports, settings);
    this.#switchboard = new Switchboard({ ports, live: this.#live, inbound: () => this.#inbound, standing: () => this.#standing.lease, isOpen: () => this.#running });
    this.#audio = new AudioDesk({
      ports,
      settings: () => this.#entrance.settings,
      entryUrl: () => this.#entrance.url,
      call: (callId) => this.#live.get(callId),
    });
    this.#door = new Door(
      this.#urls,
      {
        carrierFor: (minted) => this.#switchboard.carrierFor(minted),
        dispatch: (carrierId, event) => this.#switchboard.dispatch(carrierId, event),
        document: (callId, minted) =>
          this.#live.get(callId)?.fetch(minted) ?? this.#inbound.refusalDocument(callId, minted, this.#standing.lease),
        skipVerification: () => this.#entrance.skipsVerification,
        reached: (base) => this.#entrance.reached(base),
      },
      ports,
    );
    this.pairing = new Pairing(ports);
    this.#inbound = new Inbound({
      ports,
      settings,
      urls: this.#urls,
      live: this.#live,
      pairing: this.pairing,
      open: this.#open.bind(this),
      lackOfAudio: (wanted) => this.#audio.services.lack(wanted),
    });
    this.#surroundings = {
      ports,
      urls: this.#urls,
      audio: this.#audio,
      changed: (state) => this.#subscribers.tell({ type: "changed", call: viewOf(state.record, state) }),
      ended: ({ record, lease }) => {
        this.#live.remove(record.callId);
        lease.release();
      },
      storeFailed: (error) => this.#store.failed(error),
    };
    this.#reconciler = new Reconciler({
      ports,
      lease: () => this.#standing.lease,
      adopt: (state, lease) => this.#supervise(state, lease),
    });
  }

  async start(): Promise<void> {
    if (this.#running) return;
    const settings = this.#settings();
    await numberingPlan();
    await this.#entrance.open(this.#door, this.#audio);
    this.#running = true;
    await this.#standing.start();
    await this.#reconciler.run(settings);
    this.#scheduleReap();
  }

  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#cancelReap();
    this.#reconciler.stop();
    this.#inbound.stop();
    await this.#hangUpAll();
    this.#standing.stop();
    await this.#audio.close();
    await this.#pool.closeAll();
    await this.#entrance.close();
  }

  get webhook(): WebhookAddress {
    return this.#entrance;
  }

  get media(): MediaDoor {
    return this.#audio;
  }

  subscribe(listener: (event: TelephoneEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async initiate(request: InitiateRequest): Promise<CallView> {
    if (!this.#running) throw new TelephonyError("unavailable", "the telephone is not running", { retryable: true });
    this.#store.check();
    const newest = this.#settings();
    const call = outboundCall(request, newest);
    const settings = withAudioMode(newest, call.mode, (wanted) => this.#audio.services.lack(wanted), this.#ports);
    const plan = await numberingPlan();
    requireAllowed(call.to, settings, this.#ports, this.#live.reserved, plan);
    const unreserve = this.#reserve(settings);
    // From here on the live call itself holds its line.
    const supervisor = await this.#place(call, request, settings).finally(unreserve);
    await supervisor.dialed;
    return viewOf(supervisor.record, supervisor.state);
  }

  continue(callId: string, message: string, signal?: AbortSignal): Promise<ContinueResult> {
    return this.#commands.continue(callId, message, signal);
  }

  speak(callId: string, message: string): Promise<void> {
    return this.#commands.speak(callId, message);
  }

  sendDigits(callId: string, digits: string): Promise<void> {
    return this.#commands.sendDigits(callId, digits);
  }

  transfer(callId: string, to: string): Promise<void> {
    return this.#commands.transfer(callId, to);
  }

  end(callId: string): Promise<void> {
    return this.#commands.end(callId);
  }

  get(callId: string): CallView | undefined {
    const live = this.#live.get(callId);
    if (live) return viewOf(live.record, live.state);
    const record = this.#ports.store.get(callId);
    return record && viewOf(record);
  }

  active(): readonly CallView[] {
    return this.#live.all().map((call) => viewOf(call.record, call.state));
  }

  /** Takes a line, or refuses with `capacity`. */
  #reserve(settings: TelephoneSettings): () => void {
    const { taken } = this.#live;
    if (taken < settings.maxConcurrentCalls) return this.#live.reserve();
    const lines = `${taken} of ${settings.maxConcurrentCalls} lines are taken`;
    throw new TelephonyError("capacity", `${lines}: wait for a call to end, or raise "maxConcurrentCalls"`, { retryable: true });
  }

  async #place(call: ReturnType<typeof outboundCall>, request: InitiateRequest, settings: TelephoneSettings): Promise<CallSupervisor> {
    const { clock, ids, responder } = this.#ports;
    const lease = await this.#standing.forCall(settings);
    try {
      checkFit(lease, call, settings);
      const { agentId, sessionKey, requesterSessionKey } = request;
      const { message, ...rest } = call;
      const known = { ...rest, from: callerNumber(call, lease), callId: ids.callId(), direction: "outbound" as const };
      const asked = { ...(agentId !== undefined && { agentId }), ...(sessionKey !== undefined && { sessionKey }) };
      const owner = responder.identify({ ...known, ...asked }, settings);
      const made = { ...known, ...owner, ...(requesterSessionKey !== undefined && { requesterSessionKey }) };
      const supervisor = this.#open(newCall(made, lease, settings, clock.now(), ids.nonce()), lease);
      supervisor.post(message === undefined ? { type: "begin" } : { type: "begin", message });
      return supervisor;
    } catch (error) {
      lease.release();
      throw toTelephonyError(error);
    }
  }

  /** Stores a new call and makes it live. Throws what the store throws; then there is no call. */
  #open(state: CallState, lease: Lease): CallSupervisor {
    const supervisor = new CallSupervisor(state, lease, this.#surroundings);
    try {
      supervisor.create();
    } catch (error) {
      this.#store.failed(error);
      throw error;
    }
    this.#live.add(supervisor);
    return supervisor;
  }

  /** A call that is stored already becomes live. */
  #supervise(state: CallState, lease: Lease): CallSupervisor {
    const supervisor = new CallSupervisor(state, lease, this.#surroundings);
    this.#live.add(supervisor);
    return supervisor;
  }

  #scheduleReap(): void {
    this.#cancelReap = this.#ports.clock.schedule(REAP_MS, () => {
      for (const call of this.#live.all()) call.post({ type: "reap" });
      this.#store.probe();
      this.#scheduleReap();
    });
  }

  async #hangUpAll(): Promise<void> {
    const calls = this.#live.all().map((call) => call.over({ type: "end", reason: "gateway-stopped" }));
    if (calls.length === 0) return;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => (cancel = this.#ports.clock.schedule(STOP_MS, resolve)));
    await Promise.race([Promise.all(calls), late]);
    cancel();
  }
}
