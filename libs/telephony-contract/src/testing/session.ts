import { capabilitiesOf, type CallRef, type Carrier, type CarrierContext, type DialRequest, type DialResult } from "../carrier.ts";
import type { CarrierCapabilities } from "../capabilities.ts";
import type { CallEvent } from "../events.ts";
import type { MediaLink } from "../media.ts";
import type { DefinitionOf } from "../registry.ts";
import { ConformanceError, HarnessError, describeError, ensure } from "./assertions.ts";
import { CallTable, refTo, type KitCall, type PlannedSteps } from "./calls.ts";
import { openDoor, type Door } from "./door.ts";
import type { CarrierHarness, ConformanceKit, RemoteParty, TestNetwork } from "./harness.ts";
import { createLogRecorder, type LogRecorder } from "./log-recorder.ts";
import { createMinting, type Minting } from "./minting.ts";
import { createPatience, type Outcome, type Patience, type PatienceOptions } from "./patience.ts";
import { Performer } from "./performer.ts";
import { can } from "./steps.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** The carrier that is tried, as far as it is known before there is an instance. */
export interface ConformanceSubject extends PatienceOptions {
  readonly definition: DefinitionOf<"carrier">;
  /** A section of the configuration that is valid, with every secret filled. */
  readonly config: unknown;
  /** Needed only where they depend on the configuration, and its schema has to wait: what they are for `config`. */
  readonly capabilities?: CarrierCapabilities;
  readonly invalidConfigs: readonly { readonly config: unknown; readonly key: string }[];
  readonly harness: (kit: ConformanceKit) => Promise<CarrierHarness> | CarrierHarness;
}

/** Numbers that the kit's calls use. */
export const NUMBERS = Object.freeze({ ours: "+15550100001", remote: "+15550100002", target: "+15550100003" });

/** A call that is under way, with its far end. */
export interface LiveCall {
  readonly call: KitCall;
  readonly remote: RemoteParty;
}

/** Members of a dial that a case may choose. */
export type DialOptions = Partial<Pick<DialRequest, "dialDigits" | "machineDetection" | "signal" | "ringTimeoutMs">>;

/** One instance of the carrier between the kit's miniature engine and the harness's network. One case, one session. */
export class Session {
  readonly clock: VirtualClock = createVirtualClock();
  readonly log: LogRecorder = createLogRecorder();
  readonly minting: Minting = createMinting();
  readonly patience: Patience;
  readonly calls: CallTable;
  readonly door: Door;
  readonly performer: Performer;
  /** URLs to which the network would have opened an audio connection. */
  readonly mediaUrls: string[] = [];
  readonly links: { readonly callId: string; readonly link: MediaLink }[] = [];
  /** Ends the instance. */
  readonly instance = new AbortController();
  carrier!: Carrier;
  network!: TestNetwork;
  harness!: CarrierHarness;
  #closed = false;

  private constructor(
    readonly subject: ConformanceSubject,
    readonly capabilities: CarrierCapabilities,
  ) {
    this.patience = createPatience(this.clock, subject);
    this.calls = new CallTable(this.minting, capabilities);
    this.door = openDoor(this.minting, this.calls, () => this.carrier, () => this.clock.now());
    this.performer = new Performer(() => this.carrier, this.calls, this.instance.signal);
    this.calls.onEvent = (event) => this.performer.notice(event);
    if (capabilities.flow === "push") this.calls.onRun = (call) => this.performer.run(call);
  }

  /** Makes an instance and starts it. */
  static async open(subject: ConformanceSubject, capabilities: CarrierCapabilities): Promise<Session> {
    const session = new Session(subject, capabilities);
    session.harness = await subject.harness({
      clock: session.clock,
      deliver: (request) => session.door.deliver(request),
      entryUrl: session.minting.entryUrl,
      mediaRequested: (url) => void session.mediaUrls.push(url),
    });
    session.network = session.harness.network;
    session.carrier = await session.accepted("create", () => session.harness.create(session.#context()));
    await session.accepted("start", async () => session.carrier.start?.());
    return session;
  }

  #context(): CarrierContext {
    return {
      log: this.log,
      clock: this.clock,
      signal: this.instance.signal,
      emit: (event) => this.calls.take(event, "emit"),
      media: { attach: (callId, link) => void this.links.push({ callId, link }) },
      webhooks: { deliver: (request) => this.door.deliver(request), entryUrl: this.minting.entryUrl },
    };
  }

  /** Places a call and waits for what the carrier says of it. */
  async tryDial(planned: PlannedSteps, options: DialOptions = {}, next: readonly PlannedSteps[] = []): Promise<{ call: KitCall; outcome: Outcome<DialResult> }> {
    const call = this.calls.create({ direction: "outbound", from: NUMBERS.ours, to: NUMBERS.remote }, planned, next);
    const { callId, from, to, plan, urls } = call;
    const request: DialRequest = { callId, from, to, plan, urls, ringTimeoutMs: 60_000, maxDurationMs: 3_600_000, signal: this.deadline(), ...options };
    const outcome = await this.patience.outcome("dial", () => this.carrier.dial(request));
    if (outcome.ok) {
      for (const id of outcome.value.carrierIds) call.carrierIds.add(id);
      if (outcome.value.carrierState !== undefined) call.carrierState ??= outcome.value.carrierState;
    }
    return { call, outcome };
  }

  /** Places a call that has to be accepted; it rings at the far end then. */
  async dial(planned: PlannedSteps, options: DialOptions = {}, next: readonly PlannedSteps[] = []): Promise<LiveCall & { readonly result: DialResult }> {
    const { call, outcome } = await this.tryDial(planned, options, next);
    if (!outcome.ok) throw new ConformanceError(`dial was refused: ${describeError(outcome.error)}`, { cause: outcome.error });
    return { call, remote: await this.party(NUMBERS.remote), result: outcome.value };
  }

  /** Someone calls us. The plan begins with the step that takes the call, where the carrier has one. */
  async receive(planned: PlannedSteps, next: readonly PlannedSteps[] = []): Promise<LiveCall> {
    const { network } = this;
    if (!network.call) throw new HarnessError("the network has no call(), which the capability inbound needs");
    this.calls.inbound = { ...planned, next };
    const remote = await network.call({ from: NUMBERS.remote, to: NUMBERS.ours });
    await this.patience.until(() => this.calls.calls.some((call) => call.direction === "inbound"), "a call that reached us was not reported as incoming");
    const call = this.calls.calls.find((candidate) => candidate.direction === "inbound");
    ensure(call !== undefined, "a call that reached us was not reported as incoming");
    return { call, remote };
  }

  /** A call that is up and runs the plan: placed where the carrier can place calls, else received. */
  async openCall(planned: PlannedSteps, next: readonly PlannedSteps[] = []): Promise<LiveCall> {
    if (!this.capabilities.outbound) {
      const answer = can(this.capabilities, "answer", "unanswered") ? [{ kind: "answer", id: "take-call" } as const] : [];
      const live = await this.receive({ ...planned, steps: [...answer, ...planned.steps] }, next);
      await this.patience.until(() => live.remote.state() !== "ringing", "a call that reached us was not answered");
      return live;
    }
    const live = await this.dial(planned, {}, next);
    await this.act("answer", () => live.remote.answer());
    return live;
  }

  /** Lets the network do something, and what follows from it. */
  async act(what: string, action: () => Promise<unknown> | void): Promise<void> {
    let fault: unknown;
    try {
      void Promise.resolve(action()).catch((error: unknown) => (fault = error));
    } catch (error) {
      fault = error;
    }
    await this.patience.settle();
    if (fault !== undefined) throw new HarnessError(`the network's ${what} failed: ${describeError(fault)}`, { cause: fault });
  }

  /** The far end of the latest call to a number. */
  async party(number: string): Promise<RemoteParty> {
    await this.patience.until(() => this.network.party(number) !== undefined, "the network saw no call");
    const party = this.network.party(number);
    ensure(party !== undefined, "the network saw no call");
    return party;
  }

  /** Value of what the carrier has to accept. */
  async accepted<T>(what: string, work: () => Promise<T>): Promise<T> {
    const outcome = await this.patience.outcome(what, work);
    if (outcome.ok) return outcome.value;
    if (outcome.error instanceof HarnessError) throw outcome.error;
    throw new ConformanceError(`${what} was refused: ${describeError(outcome.error)}`, { cause: outcome.error });
  }

  /** Waits for an event of a type, and gives the first that fits. */
  async event<Type extends CallEvent["type"]>(
    type: Type,
    fits: (event: Extract<CallEvent, { type: Type }>) => boolean = () => true,
    what: string = `no event "${type}"`,
  ): Promise<Extract<CallEvent, { type: Type }>> {
    const find = () => this.events(type).find(fits);
    await this.patience.until(() => find() !== undefined, what);
    return find() as Extract<CallEvent, { type: Type }>;
  }

  /** Events of a type, each happening once. */
  events<Type extends CallEvent["type"]>(type: Type): Extract<CallEvent, { type: Type }>[] {
    return this.calls.seen
      .filter(({ event, repeated }) => event.type === type && !repeated)
      .map(({ event }) => event as Extract<CallEvent, { type: Type }>);
  }

  /** A call as the carrier is asked about it. */
  ref(call: KitCall): CallRef {
    return refTo(call);
  }

  /** Hangs up on our side, and has to succeed. */
  async hangUp(call: KitCall): Promise<void> {
    await this.accepted("hangup", () => this.carrier.hangup(this.ref(call), this.deadline()));
    await this.patience.settle();
  }

  /** A signal that this session never aborts. */
  deadline(): AbortSignal {
    return new AbortController().signal;
  }

  /** Closes the instance as the engine does: once. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.instance.abort();
    await this.accepted("close", () => this.carrier.close());
  }

  /** Releases everything, whatever the case came to. */
  async end(): Promise<void> {
    await this.close().catch(() => undefined);
    await this.harness?.close?.();
  }
}

/** Capabilities of a subject. Where they depend on the configuration, its schema is asked, or the subject says them. */
export function subjectCapabilities({ definition, config, capabilities }: Pick<ConformanceSubject, "definition" | "config" | "capabilities">): CarrierCapabilities {
  if (typeof definition.capabilities !== "function") return definition.capabilities;
  if (capabilities) return capabilities;
  const result = definition.config["~standard"].validate(config);
  if (result instanceof Promise) throw new HarnessError("capabilities depend on a configuration whose schema has to wait: state them as an option");
  if (result.issues) throw new HarnessError(`the valid configuration is refused: ${result.issues.map((issue) => issue.message).join("; ")}`);
  return capabilitiesOf(definition, result.value as never);
}
