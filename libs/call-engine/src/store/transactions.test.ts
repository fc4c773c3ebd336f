import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { Transactions } from "./transactions.ts";

interface Bench {
  readonly database: DatabaseSync;
  readonly transactions: Transactions;
  write(value: number): void;
  readonly values: () => unknown[];
  /** How often the disk was asked for. */
  readonly flushes: () => number;
}

function open(requireRight: () => void = () => {}): Bench {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE numbers (value INTEGER PRIMARY KEY)");
  database.exec("CREATE TABLE promises (value REFERENCES numbers (value) DEFERRABLE INITIALLY DEFERRED)");
  const insert = database.prepare("INSERT INTO numbers VALUES (?)");
  let flushes = 0;
  const transactions = new Transactions(database, requireRight, () => void flushes++);
  const write = (value: number) => transactions.run(() => void insert.run(value));
  const values = () => database.prepare("SELECT value FROM numbers ORDER BY value").all().map((row) => row["value"]);
  return { database, transactions, write, values, flushes: () => flushes };
}

describe("writes that are made together", () => {
  it("are one transaction, and settle when it is committed", () => {
    const { database, transactions, write, values } = open();
    const settled: string[] = [];
    const result = transactions.together(() => {
      write(1);
      transactions.whenSettled((failure) => settled.push(`first ${String(failure)}, open: ${String(database.isTransaction)}`));
      write(2);
      transactions.whenSettled((failure) => settled.push(`second ${String(failure)}`));
      expect([database.isTransaction, settled]).toEqual([true, []]);
      return "done";
    });
    expect([result, values()]).toEqual(["done", [1, 2]]);
    expect(settled).toEqual(["first undefined, open: false", "second undefined"]);
  });

  it("fail each for itself", () => {
    const { write, transactions, values } = open();
    transactions.together(() => {
      write(1);
      const part = () =>
        transactions.run(() => {
          write(2);
          throw new Error("a defect");
        });
      expect(part).toThrow("a defect");
      write(3);
    });
    expect(values()).toEqual([1, 3]);
  });

  it("are all undone where they cannot be committed, and whoever waits is told", () => {
    const { database, transactions, write, values } = open();
    const failures: unknown[] = [];
    const work = () => {
      write(1);
      transactions.whenSettled((failure) => failures.push(failure?.message));
      // Nothing keeps the promise, which only the commit finds out.
      transactions.run(() => database.exec("INSERT INTO promises VALUES (99)"));
    };
    expect(() => transactions.together(work)).toThrow(/FOREIGN KEY/);
    expect([values(), failures, database.isTransaction]).toEqual([[], [expect.stringMatching(/FOREIGN KEY/)], false]);
    write(4);
    expect(values()).toEqual([4]);
  });

  it("begin no transaction while nothing is written, and none without the right to", () => {
    const { database, transactions, write } = open(() => {
      throw new Error("another process has it");
    });
    transactions.together(() => expect(database.isTransaction).toBe(false));
    transactions.together(() => {
      for (const value of [1, 2]) expect(() => write(value)).toThrow("another process has it");
    });
    expect(() => write(3)).toThrow("another process has it");
    expect(database.isTransaction).toBe(false);
  });
});

describe("writes at the end of a transaction", () => {
  const last = (write: () => void = () => {}) => {
    const settled: (string | undefined)[] = [];
    return { settled, writes: { write, settled: (failure?: Error) => void settled.push(failure?.message) } };
  };
  it("are made once, behind all others, and are settled before anybody else is told", () => {
    const { database, transactions, write, values } = open();
    const order: string[] = [];
    const writes = { write: () => void order.push(`written behind ${values().join()}`), settled: () => void order.push("settled") };
    transactions.together(() => {
      transactions.whenSettled(() => order.push("told"));
      for (const value of [1, 2]) {
        transactions.atEnd(writes, false);
        write(value);
      }
    });
    expect(order).toEqual(["written behind 1,2", "settled", "told"]);
    expect(database.isTransaction).toBe(false);
  });

  it("ask for the disk, behind the commit, only where something changed or they are more than keys", () => {
    const { transactions, write, flushes } = open();
    const { writes } = last();
    transactions.together(() => transactions.atEnd(writes, false));
    expect(flushes()).toBe(0);
    transactions.together(() => {
      transactions.atEnd(writes, false);
      transactions.atEnd(writes, true);
      expect(flushes()).toBe(0);
    });
    expect(flushes()).toBe(1);
    transactions.together(() => {
      transactions.atEnd(writes, false);
      write(1);
    });
    expect(flushes()).toBe(2);
    transactions.together(() => {});
    expect(flushes()).toBe(2);
  });

  it("undo everything where one of them fails, which is not for the disk", () => {
    const { transactions, write, values, flushes } = open();
    const { settled, writes } = last(() => {
      throw new Error("the disk is full");
    });
    expect(() => transactions.together(() => transactions.atEnd(writes, false))).toThrow("the disk is full");
    const both = () =>
      transactions.together(() => {
        write(1);
        transactions.atEnd(writes, false);
      });
    expect(both).toThrow("the disk is full");
    expect([settled, values(), flushes()]).toEqual([["the disk is full", "the disk is full"], [], 0]);
  });

  it("are not made without the right to", () => {
    const { database, transactions } = open(() => {
      throw new Error("another process has it");
    });
    const { settled, writes } = last(() => expect.fail("written"));
    expect(() => transactions.together(() => transactions.atEnd(writes, false))).toThrow("another process has it");
    expect([settled, database.isTransaction]).toEqual([["another process has it"], false]);
  });
});

describe("a write by itself", () => {
  it("is settled when it returns", () => {
    const { transactions, write, values } = open();
    write(1);
    const settled: unknown[] = [];
    transactions.whenSettled((failure) => settled.push(failure));
    expect([values(), settled]).toEqual([[1], [undefined]]);
  });
});
