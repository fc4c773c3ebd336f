import { TelephonyError, toTelephonyError, type Logger } from "@openclaw/telephony-contract";

/** Something that several calls use at a time, until each lets go of it. */
export interface Held<Value> {
  readonly value: Value;
  /** Another hold of the same instance. */
  share(): Held<Value>;
  /** Idempotent. */
  release(): void;
}

/** How an instance comes to be and goes. */
export interface Making<Value> {
  /** What it is made from: an instance is shared by everybody who wants the same. */
  readonly from: unknown;
  /** Digest of its configuration. */
  readonly hash: string;
  readonly open: (signal: AbortSignal) => Promise<Value>;
  readonly close: (value: Value) => Promise<void> | void;
}

interface Instance<Value> extends Making<Value> {
  readonly ready: Promise<Value>;
  readonly closing: AbortController;
  holds: number;
  retired: boolean;
}

/** A hold that is counted. A class, since every call has several and keeps them. */
class Hold<Value> implements Held<Value> {
  #held = true;

  constructor(
    private readonly instance: Instance<Value>,
    readonly value: Value,
    private readonly letGo: (instance: Instance<Value>) => void,
  ) {}

  share(): Held<Value> {
    this.instance.holds++;
    return new Hold(this.instance, this.value, this.letGo);
  }

  release(): void {
    if (this.#held) this.letGo(this.instance);
    this.#held = false;
  }
}

/** Instances that may live side by side: those in use and those that drain. */
const MAX_INSTANCES = 32;

/** Instances of providers: one for each registration and configuration, closed after its last use and by nobody else. */
export class Instances<Value> {
  readonly #log: Logger;
  readonly #instances = new Set<Instance<Value>>();
  readonly #letGo = (instance: Instance<Value>): void => {
    instance.holds--;
    // Nobody uses it any more, and its like is made anew when somebody does.
    if (instance.holds <= 0) this.#retire(instance);
  };

  constructor(log: Logger) {
    this.#log = log;
  }

  get size(): number {
    return this.#instances.size;
  }

  /** A hold of the instance, made now where there is none. Rejects with what `open` rejected with. */
  async hold(making: Making<Value>): Promise<Held<Value>> {
    const instance = this.#find(making) ?? this.#create(making);
    instance.holds++;
    try {
      return new Hold(instance, await instance.ready, this.#letGo);
    } catch (error) {
      this.#letGo(instance);
      throw toTelephonyError(error, "internal");
    }
  }

  /** Lets go of every instance whose origin is gone, as soon as nobody holds it any more. */
  retireUnless(isThere: (from: unknown) => boolean): void {
    for (const instance of [...this.#instances]) if (!isThere(instance.from)) this.#retire(instance);
  }

  /** Closes everything, held or not. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => this.#close(instance)));
  }

  #find({ from, hash }: Making<Value>): Instance<Value> | undefined {
    return [...this.#instances].find((one) => one.from === from && one.hash === hash && !one.retired);
  }

  #create(making: Making<Value>): Instance<Value> {
    if (this.#instances.size >= MAX_INSTANCES) throw new TelephonyError("unavailable", "too many providers are draining: try again", { retryable: true });
    const closing = new AbortController();
    const ready = making.open(closing.signal);
    const instance: Instance<Value> = { ...making, ready, closing, holds: 0, retired: false };
    this.#instances.add(instance);
    ready.catch(() => {
      this.#instances.delete(instance);
      closing.abort();
    });
    return instance;
  }

  #retire(instance: Instance<Value>): void {
    instance.retired = true;
    if (instance.holds <= 0) void this.#close(instance);
  }

  async #close(instance: Instance<Value>): Promise<void> {
    if (!this.#instances.delete(instance)) return;
    try {
      await instance.close(await instance.ready);
    } catch (error) {
      this.#log.warn("a provider did not close cleanly", { code: toTelephonyError(error).code });
    }
    instance.closing.abort();
  }
}
