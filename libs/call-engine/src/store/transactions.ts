import type { DatabaseSync } from "node:sqlite";

/** Told when changes are stored, or what kept them from it. */
export type Settled = (failure?: Error) => void;

/** Writes that wait for the end of their transaction, where all of them are made at once. */
export interface LastWrites {
  /** Makes them. May throw: then the whole transaction is undone. */
  write(): void;
  /** They are stored, or undone. */
  settled(failure?: Error): void;
}

/** Writes of one commit. */
interface Group {
  begun: boolean;
  /** Whether there is more than keys. */
  durable: boolean;
  failure?: Error;
  readonly last: Set<LastWrites>;
  readonly settled: Settled[];
}

/**
 * The write transactions of a database. Several writes of one moment may share one. Every method throws SQLite's own errors.
 *
 * A transaction is with the operating system when it returns, so that it outlives this process however that ends
 * (`synchronous = NORMAL`); where it changed something, the disk is asked for at once and not waited for. A power cut may
 * take the last moment: of a call that it ends anyway, and about which the carrier is asked afterwards. It may also take the
 * keys of webhooks that changed nothing: one of them that comes again is looked at again, by a call that only moves
 * forward, and changes nothing again.
 */
export class Transactions {
  readonly #database: DatabaseSync;
  readonly #requireRight: () => void;
  readonly #flush: () => void;
  readonly #begun;
  readonly #committed;
  readonly #savepoint;
  readonly #release;
  readonly #undo;
  #group: Group | undefined;

  /**
   * `requireRight` is asked at the begin of each transaction, and throws where this process may not write. `flush` has what
   * was committed brought to the disk.
   */
  constructor(database: DatabaseSync, requireRight: () => void, flush: () => void) {
    this.#database = database;
    this.#requireRight = requireRight;
    this.#flush = flush;
    this.#begun = database.prepare("BEGIN IMMEDIATE");
    this.#committed = database.prepare("COMMIT");
    this.#savepoint = database.prepare("SAVEPOINT part");
    this.#release = database.prepare("RELEASE part");
    this.#undo = database.prepare("ROLLBACK TO part");
  }

  /** One transaction, or one part of {@link together}: whatever is thrown undoes all of this part, and no other. */
  run<Result>(work: () => Result): Result {
    const group = this.#group;
    if (!group) return this.together(() => this.run(work));
    if (group.failure !== undefined) throw group.failure;
    group.durable = true;
    this.#begin(group);
    this.#savepoint.run();
    try {
      const result = work();
      this.#release.run();
      return result;
    } catch (error) {
      // A full disk, among others, makes SQLite undo the whole transaction by itself.
      if (!this.#database.isTransaction) group.failure = asError(error);
      else {
        this.#undo.run();
        this.#release.run();
      }
      throw error;
    }
  }

  /** Makes one transaction of everything that the work writes. Throws where it could not be committed. */
  together<Result>(work: () => Result): Result {
    if (this.#group) return work();
    const group: Group = (this.#group = { begun: false, durable: false, last: new Set(), settled: [] });
    let result: Result;
    try {
      result = work();
    } finally {
      this.#group = undefined;
      this.#commit(group);
      for (const last of group.last) last.settled(group.failure);
      for (const settled of group.settled) settled(group.failure);
    }
    if (group.failure !== undefined) throw group.failure;
    return result;
  }

  /** Has writes made at the end of the transaction that is being written {@link together}. `durable`: not only keys. */
  atEnd(last: LastWrites, durable: boolean): void {
    const group = this.#group;
    if (!group) throw new Error("there is no transaction to end");
    if (group.failure !== undefined) throw group.failure;
    group.last.add(last);
    group.durable ||= durable;
  }

  /** Tells when everything that was written until now is stored: at once, unless it is being written together. */
  whenSettled(settled: Settled): void {
    if (this.#group) this.#group.settled.push(settled);
    else settled();
  }

  #begin(group: Group): void {
    if (group.begun) return;
    this.#begun.run();
    try {
      this.#requireRight();
      group.begun = true;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #commit(group: Group): void {
    if (group.failure !== undefined || !(group.begun || group.last.size > 0)) return;
    try {
      this.#begin(group);
      for (const last of group.last) last.write();
      this.#committed.run();
      if (group.durable) this.#flush();
    } catch (error) {
      group.failure = asError(error);
      if (this.#database.isOpen && this.#database.isTransaction) this.#database.exec("ROLLBACK");
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
