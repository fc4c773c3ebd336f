import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./migrations.ts";

/** Told when changes are on the disk, or what kept them from it. */
export type Settled = (failure?: Error) => void;

/** Writes that reach the disk by one commit. */
interface Group {
  begun: boolean;
  failure?: Error;
  readonly settled: Settled[];
}

/**
 * The write transactions of a database. Waiting for the disk is what costs most, so several writes of one moment may share
 * it. Every method throws SQLite's own errors.
 */
export class Transactions {
  readonly #database: DatabaseSync;
  readonly #requireRight: () => void;
  readonly #savepoint;
  readonly #release;
  readonly #undo;
  #group: Group | undefined;

  /** `requireRight` is asked at the begin of each transaction, and throws where this process may not write. */
  constructor(database: DatabaseSync, requireRight: () => void) {
    this.#database = database;
    this.#requireRight = requireRight;
    this.#savepoint = database.prepare("SAVEPOINT part");
    this.#release = database.prepare("RELEASE part");
    this.#undo = database.prepare("ROLLBACK TO part");
  }

  /** One transaction, or one part of {@link together}: whatever is thrown undoes all of this part, and no other. */
  run<Result>(work: () => Result): Result {
    const group = this.#group;
    if (!group) {
      return inTransaction(this.#database, () => {
        this.#requireRight();
        return work();
      });
    }
    if (group.failure !== undefined) throw group.failure;
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
    const group: Group = (this.#group = { begun: false, settled: [] });
    let result: Result;
    try {
      result = work();
    } finally {
      this.#group = undefined;
      this.#commit(group);
      for (const settled of group.settled) settled(group.failure);
    }
    if (group.failure !== undefined) throw group.failure;
    return result;
  }

  /** Tells when everything that was written until now is on the disk: at once, unless it is being written together. */
  whenSettled(settled: Settled): void {
    if (this.#group) this.#group.settled.push(settled);
    else settled();
  }

  #begin(group: Group): void {
    if (group.begun) return;
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#requireRight();
      group.begun = true;
    } catch (error) {
      this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  #commit(group: Group): void {
    if (!group.begun || group.failure !== undefined) return;
    try {
      this.#database.exec("COMMIT");
    } catch (error) {
      group.failure = asError(error);
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    }
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
