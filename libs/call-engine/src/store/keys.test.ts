import { DatabaseSync } from "node:sqlite";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { createKeyTable } from "./keys.ts";
import { migrate } from "./migrations.ts";
import { Transactions } from "./transactions.ts";

function openKeys({ maxKeys = 1000, maxAgeMs = 1000 } = {}) {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const clock = createVirtualClock();
  const transactions = new Transactions(database, () => {}, () => {});
  const table = () => createKeyTable(database, transactions, clock, { maxKeys, maxAgeMs });
  const keys = table();
  const add = (...digests: readonly number[]) => transactions.together(() => digests.forEach((digest) => keys.add(digest)));
  const rows = () => Number(database.prepare("SELECT count(*) AS rows FROM keys").get()?.["rows"]);
  /** Which of some keys are known, and which will be after a restart. */
  const known = (...digests: readonly number[]) => [keys, table()].map((one) => digests.filter((digest) => one.has(digest)));
  return { database, clock, transactions, keys, add, rows, known };
}

describe("keys", () => {
  it("that are stored together are one row", () => {
    const { add, rows, known } = openKeys();
    add(1, 2 ** 48 - 1, 0, 1);
    expect(rows()).toBe(1);
    expect(known(0, 1, 2, 2 ** 48 - 1)).toEqual(Array(2).fill([0, 1, 2 ** 48 - 1]));
  });

  it("that are known already write nothing", () => {
    const { add, rows } = openKeys();
    add(1);
    add(1);
    expect(rows()).toBe(1);
  });

  it("are unknown again where they could not be stored, and can be kept later", () => {
    const { add, database, keys, known, rows, transactions } = openKeys();
    add(1);
    const fails = () =>
      transactions.together(() => {
        for (const digest of [1, 2, 3]) keys.add(digest);
        transactions.atEnd({ write: () => database.exec("no SQL"), settled: () => {} }, false);
      });
    expect(fails).toThrow(/syntax error/);
    expect(known(1, 2, 3)).toEqual(Array(2).fill([1]));
    add(2);
    expect([rows(), ...known(1, 2, 3)]).toEqual([2, [1, 2], [1, 2]]);
  });

  it("go with the oldest rows where there are too many, across restarts", () => {
    const { add, rows, known } = openKeys({ maxKeys: 20 });
    for (let digest = 0; digest < 40; digest++) add(digest);
    expect(rows()).toBeLessThanOrEqual(22);
    expect(known(0, 19, 20, 39)).toEqual(Array(2).fill([20, 39]));
  });

  it("are counted on after a restart, so that no row takes another's place", () => {
    const { add, database, transactions, clock, rows } = openKeys();
    add(1, 2, 3);
    const again = createKeyTable(database, transactions, clock, { maxKeys: 1000, maxAgeMs: 1000 });
    transactions.together(() => again.add(4));
    expect([rows(), [1, 2, 3, 4].every((digest) => again.has(digest))]).toEqual([2, true]);
  });

  it("go when they are old, unless a call that old is not over", async () => {
    const { add, clock, database, known, keys } = openKeys({ maxAgeMs: 1000 });
    const begun = clock.now() + 500;
    add(1);
    await clock.advance(600);
    add(2);
    database.exec(`INSERT INTO calls (call_id, seq, changed_at, lifecycle, carrier, created_at, record) VALUES ('b', 1, 1, 'active', 'acme', ${begun}, '{}')`);
    await clock.advance(10_000);
    keys.prune();
    keys.reload();
    expect(known(1, 2)).toEqual(Array(2).fill([2]));
    database.exec("UPDATE calls SET ended_at = 2");
    keys.prune();
    keys.reload();
    expect(known(1, 2)).toEqual(Array(2).fill([]));
    add(3);
    expect(known(1, 2, 3)).toEqual(Array(2).fill([3]));
  });
});
