/** Items whose end is awaited at the same time. The oldest is given up beyond. */
const MAX_OPEN = 64;

/**
 * Names of a session's items. A vendor's names are those of one connection: what was open when it was lost is heard again
 * on the next, and goes on under the name that it has.
 */
export class ItemIds {
  #made = 0;
  readonly #open = new Map<string, string>();
  #orphans: string[] = [];

  /** The name of the item that the vendor calls `key` on this connection. */
  of(key: string | number): string {
    const known = this.#open.get(String(key));
    if (known !== undefined) return known;
    const id = this.#orphans.shift() ?? `item-${++this.#made}`;
    this.#open.set(String(key), id);
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN && oldest !== undefined) this.#open.delete(oldest);
    return id;
  }

  /** Whether an item of this name would be a new one: it is not under way, and none goes on from a lost connection. */
  begins(key: string | number): boolean {
    return !this.has(key) && this.#orphans.length === 0;
  }

  /** Whether an item of this name is under way on this connection. */
  has(key: string | number): boolean {
    return this.#open.has(String(key));
  }

  /** The item's end is reported: its name is given to nothing else. Returns the name. */
  end(key: string | number): string {
    const id = this.of(key);
    this.#open.delete(String(key));
    return id;
  }

  /** Another connection takes over: the open items go on, in their order, as the first items of it. */
  restarted(): void {
    this.#orphans = [...this.#open.values(), ...this.#orphans].slice(0, MAX_OPEN);
    this.#open.clear();
  }
}
