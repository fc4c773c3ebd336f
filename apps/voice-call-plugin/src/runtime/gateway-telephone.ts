import { systemClock, type TelephoneSettings } from "@openclaw/call-engine";
import { type Clock, type Logger, type RegistrationMode, registry, TelephonyError, toTelephonyError } from "@openclaw/telephony-contract";
import type { HostRuntime, ServiceContext } from "../host/api.ts";
import { loggerOver } from "../host/logger.ts";
import { Continuations } from "../requests/continuations.ts";
import { notRunning, RequestError } from "../requests/faults.ts";
import { METHODS, type Method } from "../requests/methods.ts";
import { perform, type Requester } from "../requests/perform.ts";
import { Configuration, type Reading, type ReadyReading } from "./configuration.ts";
import { openTelephone, type OpenTelephone, type TelephoneOpener } from "./open-telephone.ts";

/** How often the configuration is looked at. The host tells nobody when it changes. */
const WATCH_MS = 2_000;
/** Time between attempts to start when something outside is in the way: a port, a store, a disk. */
const RETRY_MS = 10_000;
/** Only what the host runs for good carries calls; what it loads to look at comes and goes. */
const PROVIDER_MODES: readonly RegistrationMode[] = ["full"];
/** Longest that a stop may take: the host waits for it. */
const STOP_TIMEOUT_MS = 10_000;

/** What the telephone of a Gateway is made of. */
export interface GatewayTelephoneParts {
  readonly configuration: Configuration;
  readonly runtime: HostRuntime;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Logger;
  readonly open: TelephoneOpener;
  /** Calls back when providers come or go; returns how to stop that. */
  readonly onProviders: (changed: () => void) => () => void;
  /** Shows in the host's health whether the telephone works. */
  readonly health?: ServiceContext["serviceHealth"];
}

type State =
  | { readonly kind: "down"; readonly error: TelephonyError; readonly retryAt: number }
  | { readonly kind: "up"; readonly open: OpenTelephone; readonly cold: string; readonly continuations: Continuations };

/**
 * The telephone of a Gateway over the whole time that the Gateway runs: it comes up when the configuration allows, goes
 * down when it no longer does and no call is left, and says why whenever it is down. Nothing here rejects or throws into
 * the host.
 */
export class GatewayTelephone {
  readonly #parts: GatewayTelephoneParts;
  #state: State = { kind: "down", error: notRunning(), retryAt: 0 };
  #reading: Reading | undefined;
  #work: Promise<void> = Promise.resolve();
  #unwatch: (() => void) | undefined;
  #told = "";

  constructor(parts: GatewayTelephoneParts) {
    this.#parts = parts;
  }

  /** Brings the telephone up if it can be, and keeps at it. */
  async start(): Promise<void> {
    if (this.#unwatch) return;
    this.#watch();
    await this.#reconcile();
  }

  /** Ends every call and lets go of everything. May be called at any time, and again. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    this.#unwatch = undefined;
    await this.#serially(() => this.#takeDown(notRunning()));
  }

  /** Carries out `voicecall.<method>`. Rejects with a TelephonyError. */
  async request(method: string, input: unknown, requester?: Requester): Promise<unknown> {
    if (!isMethod(method)) throw new RequestError("method", `there is no voicecall.${method}`);
    try {
      if (!this.#unwatch) throw notRunning();
      if (this.#parts.configuration.changed || this.#state.kind === "down") await this.#reconcile();
      const state = this.#state;
      if (state.kind === "down") throw state.error;
      const dials = method === "initiate" || method === "start";
      if (dials && this.#reading?.ok === false) throw this.#reading.error;
      const { telephone } = state.open;
      const { configuration } = this.#parts;
      const transcriptTimeoutMs = (): number => configuration.settings().transcriptTimeoutMs;
      const board = { telephone, continuations: state.continuations, transcriptTimeoutMs };
      return await perform(method, input, board, requester);
    } catch (error) {
      const fault = toTelephonyError(error);
      if (fault.code === "internal") this.#parts.log.error(`voice call: ${method} failed unexpectedly: ${fault.message}`);
      throw fault;
    }
  }

  #watch(): void {
    const { clock, configuration, onProviders } = this.#parts;
    const forget = onProviders(() => configuration.invalidate());
    const look = (): void => {
      cancel = clock.schedule(WATCH_MS, look);
      void this.#reconcile();
    };
    let cancel = clock.schedule(WATCH_MS, look);
    this.#unwatch = () => {
      cancel();
      forget();
    };
  }

  /** Compares what is with what the configuration wants, and acts. One at a time. */
  #reconcile(): Promise<void> {
    return this.#serially(async () => {
      if (!this.#unwatch) return;
      const { configuration, clock } = this.#parts;
      const changed = configuration.changed || this.#reading === undefined;
      if (changed) this.#reading = await configuration.read();
      const reading = this.#reading;
      if (!reading) return;
      if (this.#state.kind === "up") await this.#adjust(this.#state, reading, changed);
      if (this.#state.kind === "down" && (changed || clock.now() >= this.#state.retryAt)) await this.#bringUp(reading);
    });
  }

  /** A telephone that runs and perhaps should not, or should elsewhere. Live calls always end first. */
  async #adjust(state: State & { kind: "up" }, reading: Reading, changed: boolean): Promise<void> {
    if (reading.ok && reading.cold === state.cold) return;
    if (state.open.telephone.active().length === 0) {
      await this.#takeDown(reading.ok ? notRunning() : reading.error);
      return;
    }
    if (!changed) return;
    if (reading.ok) this.#parts.log.warn("voice call: a change of serve or store takes effect when the calls are over");
    else this.#tell(`${reading.error.message} New calls are refused; live ones go on.`);
  }

  async #bringUp(reading: Reading): Promise<void> {
    if (!reading.ok) {
      this.#goDown(reading.error, Number.POSITIVE_INFINITY);
      this.#tell(reading.error.message);
      return;
    }
    try {
      await this.#open(reading);
    } catch (error) {
      const { clock, health } = this.#parts;
      const fault = toTelephonyError(error);
      this.#goDown(fault, clock.now() + RETRY_MS);
      this.#tell(`the telephone could not start: ${fault.message}`);
      health?.reportFailure(fault);
    }
  }

  async #open({ directory, cold }: ReadyReading): Promise<void> {
    const { configuration, runtime, env, clock, log, open, health } = this.#parts;
    const onLost = (): void => void this.#serially(() => this.#takeDown(lost(), clock.now() + RETRY_MS));
    const settings = (): TelephoneSettings => configuration.settings();
    const opened = await open({ owner: "gateway", warmUp: true, tellOwner: true, directory, settings, providerModes: PROVIDER_MODES, runtime, env, clock, log, onLost });
    this.#state = { kind: "up", open: opened, cold, continuations: new Continuations(clock) };
    this.#told = "";
    health?.clearFailure();
    log.info("voice call: the telephone is ready", { carrier: configuration.settings().carrier });
  }

  async #takeDown(error: TelephonyError, retryAt = 0): Promise<void> {
    const state = this.#state;
    this.#goDown(error, retryAt);
    if (state.kind !== "up") return;
    state.continuations.close();
    const { clock, log } = this.#parts;
    let cancel = (): void => undefined;
    const late = new Promise<"late">((resolve) => (cancel = clock.schedule(STOP_TIMEOUT_MS, () => resolve("late"))));
    if ((await Promise.race([state.open.close(), late])) === "late") log.error("voice call: the telephone takes too long to stop; going on without it");
    cancel();
  }

  #goDown(error: TelephonyError, retryAt: number): void {
    this.#state = { kind: "down", error, retryAt };
  }

  /** One line for one thing: the same trouble at every look is told once. */
  #tell(message: string): void {
    if (this.#told === message) return;
    this.#told = message;
    this.#parts.log.warn(`voice call: ${message}`);
  }

  #serially(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#parts.log.error(`voice call: unexpected: ${error instanceof Error ? error.message : String(error)}`);
    });
    return this.#work;
  }
}

/** The telephone over the real host, engine and registry. Not started yet. */
export function openGatewayTelephone(runtime: HostRuntime, { stateDir, logger, serviceHealth }: ServiceContext): GatewayTelephone {
  const { env } = process;
  const configuration = new Configuration({ runtime, stateDir, env, modes: PROVIDER_MODES });
  return new GatewayTelephone({
    configuration,
    runtime,
    env,
    clock: systemClock,
    log: loggerOver(logger),
    open: openTelephone,
    onProviders: (changed) => registry().subscribe(changed),
    ...(serviceHealth && { health: serviceHealth }),
  });
}

function isMethod(name: string): name is Method {
  return Object.hasOwn(METHODS, name);
}

function lost(): TelephonyError {
  return new TelephonyError("store-busy", "Another process has taken over the call store.", { retryable: true });
}
