import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { MIGRATIONS, databaseVersion, inTransaction, migrate } from "./migrations.ts";

/** Names of the tables that we made. */
function tables(database: DatabaseSync): string[] {
  const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name");
  return rows.all().map((row) => String(row["name"]));
}

describe("migrating", () => {
  it("1: gives an empty database the tables of the first release, with the sequence at its begin", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, MIGRATIONS.slice(0, 1));
    expect(databaseVersion(database)).toBe(1);
    expect(tables(database)).toEqual(["aliases", "calls", "event_keys", "lease", "replays", "sequence"]);
    expect(database.prepare("SELECT value FROM sequence").all()).toEqual([expect.objectContaining({ value: 0 })]);
  });

  it("2: adds who may call, and keeps the calls that are there", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, MIGRATIONS.slice(0, 1));
    database.exec("UPDATE sequence SET value = 7");
    migrate(database, MIGRATIONS.slice(0, 2));
    expect(tables(database)).toEqual(["aliases", "calls", "event_keys", "lease", "paired_callers", "pairing_requests", "replays", "sequence"]);
    expect(database.prepare("SELECT value FROM sequence").get()).toEqual(expect.objectContaining({ value: 7 }));
    expect(() => database.exec("INSERT INTO paired_callers VALUES ('+15550100001', 'owner', 1)")).toThrow(/CHECK/);
  });

  it("3: keeps replies and calls", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, MIGRATIONS.slice(0, 2));
    database.exec("INSERT INTO replays (id, key, stored_at, status, headers, body) VALUES (4, 'k', 1, 200, '{}', '<x/>')");
    migrate(database, MIGRATIONS.slice(0, 3));
    expect(tables(database)).toEqual(["aliases", "calls", "event_keys", "lease", "paired_callers", "pairing_requests", "replays", "sequence"]);
    expect(database.prepare("SELECT id, key, body FROM replays").get()).toEqual(expect.objectContaining({ id: 4, key: "k", body: "<x/>" }));
  });

  it("5: keeps the keys of events, each call's in one row", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, MIGRATIONS.slice(0, 4));
    const call = database.prepare("INSERT INTO calls (id, call_id, seq, changed_at, lifecycle, carrier, created_at, record) VALUES (?, ?, ?, ?, 'active', 'acme', 1, '{}')");
    call.run(1, "a", 1, 20);
    call.run(2, 'b"', 2, 10);
    database.exec("INSERT INTO event_keys (call, digest) VALUES (1, 11), (1, 12), (2, 281474976710655)");
    migrate(database, MIGRATIONS.slice(0, 5));
    const rows = database.prepare("SELECT stored_at, keys FROM event_keys ORDER BY id").all();
    expect(rows.map((row) => [row["stored_at"], row["keys"]])).toEqual([
      [10, JSON.stringify(['b"', 281474976710655])],
      [20, JSON.stringify(["a", 11, 12])],
    ]);
  });

  it("6: puts keys into one table and replies into another, without those from before", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, MIGRATIONS.slice(0, 5));
    database.exec(`INSERT INTO event_keys (stored_at, keys) VALUES (1, '["a",11]'); INSERT INTO replays (stored_at, replies) VALUES (1, '["digest"]')`);
    migrate(database, MIGRATIONS.slice(0, 6));
    expect(tables(database)).toEqual(["aliases", "calls", "keys", "lease", "paired_callers", "pairing_requests", "replies", "sequence"]);
  });

  it("does nothing to a database that is up to date", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database);
    database.exec("UPDATE sequence SET value = 5");
    migrate(database);
    expect(database.prepare("SELECT value FROM sequence").get()).toEqual(expect.objectContaining({ value: 5 }));
  });

  it("takes only the steps that a database has not seen", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, ["CREATE TABLE one (x)"]);
    migrate(database, ["this step is never run again", "CREATE TABLE two (x)"]);
    expect(tables(database)).toEqual(["one", "two"]);
    expect(databaseVersion(database)).toBe(2);
  });

  it("undoes a step that fails midway, and keeps those before it", () => {
    const database = new DatabaseSync(":memory:");
    expect(() => migrate(database, ["CREATE TABLE one (x)", "CREATE TABLE two (x); no SQL"])).toThrow();
    expect(tables(database)).toEqual(["one"]);
    expect(databaseVersion(database)).toBe(1);
  });

  it("refuses a database of a later release, and does not touch it", () => {
    const database = new DatabaseSync(":memory:");
    database.exec(`PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    expect(() => migrate(database)).toThrow(
      expect.objectContaining({ name: "NewerDatabase", found: MIGRATIONS.length + 1, supported: MIGRATIONS.length }),
    );
    expect(tables(database)).toEqual([]);
  });
});

describe("a transaction", () => {
  it("undoes everything when its work throws, and lets that error through", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE one (x)");
    const failure = new Error("midway");
    expect(() =>
      inTransaction(database, () => {
        database.exec("INSERT INTO one VALUES (1)");
        throw failure;
      }),
    ).toThrow(failure);
    expect(database.prepare("SELECT x FROM one").all()).toEqual([]);
    expect(database.isTransaction).toBe(false);
  });

  it("lets the first error through when SQLite has undone the work by itself", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE one (x); PRAGMA max_page_count = 3");
    const fill = (): void => database.exec("INSERT INTO one VALUES (zeroblob(100000))");
    expect(() => inTransaction(database, fill)).toThrow("database or disk is full");
    expect(database.isTransaction).toBe(false);
  });
});
