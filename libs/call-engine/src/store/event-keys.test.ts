import { DatabaseSync } from "node:sqlite";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { createEventKeyTable } from "./event-keys.ts";
import { migrate } from "./migrations.ts";
import { Transactions } from "./transactions.ts";

function openKeys({ maxKeys = 1000, maxAgeMs = 1000 } = {}) {
  const database = new DatabaseSync(":memory:");
  migrate(database);
  const clock = createVirtualClock();
  const transactions = new Transactions(database, () => {});
  const table = () => createEventKeyTable(database, transactions, clock, { maxKeys, maxAgeMs });
  const keys = table();
  const add = (...added: readonly (readonly [callId: string, key: string])[]) => transactions.together(() => added.forEach(([callId, key]) => keys.add(callId, [key])));
  const rows = () => Number(database.prepare("SELECT count(*) AS rows FROM event_keys").get()?.["rows"]);
  /** Which of some keys are known, and which will be after a restart. */
  const known = (...asked: readonly (readonly [callId: string, key: string])[]) => [keys, table()].map((one) => asked.map(([callId, key]) => one.has(callId, key)));
  return { database, clock, transactions, keys, add, rows, known };
}

describe("keys of events", () => {
  it("that are stored together are one row, whosoever they are, and each belongs to its call", () => {
    const { add, rows, known } = openKeys();
    add(["a", "k1"], ["b", "k1"], ["a", "k2"], ["a", "k1"]);
    expect(rows()).toBe(1);
    expect(known(["a", "k1"], ["a", "k2"], ["b", "k1"], ["b", "k2"], ["c", "k1"])).toEqual(Array(2).fill([true, true, true, false, false]));
  });

  it("that are known already write nothing", () => {
    const { add, rows } = openKeys();
    add(["a", "k"]);
    add(["a", "k"]);
    expect(rows()).toBe(1);
  });

  it("are unknown again where they could not be stored, and can be kept later", () => {
    const { add, database, keys, known, rows, transactions } = openKeys();
    add(["a", "k1"]);
    const fails = () =>
      transactions.together(() => {
        keys.add("a", ["k1", "k2"]);
        keys.add("b", ["k1"]);
        transactions.atEnd({ write: () => database.exec("no SQL"), settled: () => {} }, false);
      });
    expect(fails).toThrow(/syntax error/);
    expect(known(["a", "k1"], ["a", "k2"], ["b", "k1"])).toEqual(Array(2).fill([true, false, false]));
    add(["a", "k2"]);
    expect([rows(), ...known(["a", "k2"])]).toEqual([2, [true], [true]]);
  });

  it("go with the oldest calls, and with the oldest rows, where there are too many", () => {
    const { add, rows, known } = openKeys({ maxKeys: 20 });
    for (let call = 0; call < 40; call++) add([`c${call}`, "k"]);
    expect(rows()).toBeLessThanOrEqual(22);
    expect(known(["c0", "k"], ["c10", "k"], ["c39", "k"])).toEqual(Array(2).fill([false, false, true]));
  });

  it("go when they are old, unless a call that old is not over", async () => {
    const { add, clock, database, known, keys } = openKeys({ maxAgeMs: 1000 });
    const begun = clock.now() + 500;
    add(["a", "k"]);
    await clock.advance(600);
    add(["b", "k"]);
    database.exec(`INSERT INTO calls (call_id, seq, changed_at, lifecycle, carrier, created_at, record) VALUES ('b', 1, 1, 'active', 'acme', ${begun}, '{}')`);
    await clock.advance(10_000);
    keys.prune();
    keys.reload();
    expect(known(["a", "k"], ["b", "k"])).toEqual(Array(2).fill([false, true]));
    database.exec("UPDATE calls SET ended_at = 2");
    keys.prune();
    keys.reload();
    expect(known(["b", "k"])).toEqual(Array(2).fill([false]));
  });
});
