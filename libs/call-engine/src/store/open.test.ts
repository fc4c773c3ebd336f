import { closeSync, copyFileSync, existsSync, openSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { openDatabase } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";
import { openCallStoreReadOnly } from "./open.ts";
import { callRecord, endedRecord, openForTest, recordingLog, temporaryDirectory } from "./store.test-support.ts";

/** Where the directory's access list decides, and Node tells no more than that a file may be written. */
const WINDOWS = process.platform === "win32";
const mode = (path: string): number => statSync(path).mode & 0o777;
const unavailable = (message: RegExp) =>
  expect.objectContaining({ code: "store-unavailable", message: expect.stringMatching(message) as string }) as Error;

function overwrite(file: string, position: number, bytes: Buffer): void {
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, bytes, 0, bytes.length, position);
  closeSync(descriptor);
}

/** Files that were set aside. */
const setAside = (directory: string): string[] => readdirSync(directory).filter((name) => name.includes(".corrupt-"));

describe("opening a store", () => {
  it("lets nobody else read it", async () => {
    const directory = join(temporaryDirectory(), "a", "b");
    const store = openForTest(directory);
    store.commit({ record: callRecord("a") });
    await store.flush();
    expect(mode(directory)).toBe(WINDOWS ? 0o666 : 0o700);
    const files = readdirSync(directory);
    expect(files).toEqual(expect.arrayContaining(["calls.db", "calls.db-wal", "calls.jsonl"]));
    expect(files.map((name) => mode(join(directory, name)))).toEqual(files.map(() => (WINDOWS ? 0o666 : 0o600)));
  });

  it("names directory, key and remedy where the directory cannot be used", () => {
    const file = join(temporaryDirectory(), "file");
    writeFileSync(file, "");
    for (const directory of [file, join(file, "below")]) {
      expect(() => openForTest(directory)).toThrow(unavailable(/`store`.*cannot be used.*Make it a directory/));
      expect(() => openForTest(directory)).toThrow(directory);
    }
  });

  it("refuses a store of a later release, and leaves it as it is", () => {
    const directory = temporaryDirectory();
    const later = new DatabaseSync(join(directory, "calls.db"));
    later.exec(`CREATE TABLE future (x); PRAGMA user_version = ${MIGRATIONS.length + 3}`);
    later.close();
    const before = readFileSync(join(directory, "calls.db"));
    expect(() => openForTest(directory)).toThrow(unavailable(/written by a later release.*Update the plugin/));
    expect(() => openCallStoreReadOnly(directory)).toThrow(unavailable(/written by a later release/));
    expect(readdirSync(directory)).toEqual(["calls.db"]);
    expect(readFileSync(join(directory, "calls.db"))).toEqual(before);
  });
});

describe("a damaged database", () => {
  const damages: { name: string; damage: (file: string) => void }[] = [
    { name: "is no database", damage: (file) => writeFileSync(file, "these are not the calls you are looking for. ".repeat(200)) },
    { name: "is cut off", damage: (file) => truncateSync(file, 20_000) },
    { name: "has a page of noise", damage: (file) => overwrite(file, 8_192, Buffer.alloc(4_096, 0xa5)) },
  ];

  it.each(damages)("that $name is kept aside and reported once, and a new one works", ({ damage }) => {
    const directory = temporaryDirectory();
    const file = join(directory, "calls.db");
    const before = openForTest(directory);
    for (let call = 0; call < 50; call += 1) before.commit({ record: callRecord(`c${call}`), eventKeys: ["k".repeat(500)] });
    before.close();
    damage(file);
    const damaged = readFileSync(file);

    const log = recordingLog();
    const clock = createVirtualClock({ startsAt: Date.UTC(2026, 2, 4, 5, 6, 7, 89) });
    const store = openForTest(directory, { log, clock });
    store.commit({ record: callRecord("new") });
    expect(store.recent(100).map((record) => record.callId)).toEqual(["new"]);
    expect(setAside(directory)).toEqual(["calls.db.corrupt-20260304T050607089Z"]);
    const kept = join(directory, "calls.db.corrupt-20260304T050607089Z");
    expect(readFileSync(kept)).toEqual(damaged);
    expect(log.lines).toEqual([expect.objectContaining({ level: "error", fields: { file: kept } })]);
  });

  it("keeps also what was only in its write-ahead log", () => {
    const [live, crashed] = [temporaryDirectory(), temporaryDirectory()];
    const before = openForTest(live);
    for (let call = 0; call < 50; call += 1) before.commit({ record: callRecord(`c${call}`, { carrierIds: [`${call}`.repeat(250)] }) });
    before.close();
    openForTest(live).commit({ record: callRecord("the-latest-call") });
    // As a crash leaves them: the latest change has not moved from the log to the database.
    for (const name of ["calls.db", "calls.db-wal"]) copyFileSync(join(live, name), join(crashed, name));
    expect(readFileSync(join(crashed, "calls.db")).includes("the-latest-call")).toBe(false);
    // A page that the log does not replace.
    const middle = Math.floor(statSync(join(crashed, "calls.db")).size / 2 / 4_096) * 4_096;
    overwrite(join(crashed, "calls.db"), middle, Buffer.alloc(4_096, 0xa5));

    const log = recordingLog();
    expect(openForTest(crashed, { log }).get("the-latest-call")).toBeUndefined();
    expect(log.lines).toHaveLength(1);
    const kept = setAside(crashed).map((name) => readFileSync(join(crashed, name)));
    expect(kept.some((content) => content.includes("the-latest-call"))).toBe(true);
  });

  it("never replaces one that was kept before", () => {
    const directory = temporaryDirectory();
    const clock = createVirtualClock();
    for (const content of ["first ", "second "]) {
      rmSync(join(directory, "calls.db"), { force: true });
      writeFileSync(join(directory, "calls.db"), content.repeat(500));
      openForTest(directory, { clock }).close();
    }
    const contents = setAside(directory).map((name) => readFileSync(join(directory, name), "utf8").split(" ")[0]);
    expect(contents.sort()).toEqual(["first", "second"]);
  });

  it("lets the numbers of calls.jsonl go on where they were", async () => {
    const directory = temporaryDirectory();
    const before = openForTest(directory);
    for (const callId of ["a", "b", "c"]) before.commit({ record: callRecord(callId) });
    await before.flush();
    before.close();
    writeFileSync(join(directory, "calls.db"), "no database ".repeat(500));
    rmSync(join(directory, "calls.db-wal"), { force: true });
    const store = openForTest(directory);
    store.commit({ record: callRecord("d") });
    await store.flush();
    const lines = readFileSync(join(directory, "calls.jsonl"), "utf8").trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([1, 2, 3, 4]);
  });
});

describe("a store that is only looked at", () => {
  it("is undefined where there is none, and nothing is created", () => {
    const directory = temporaryDirectory();
    expect(openCallStoreReadOnly(directory)).toBeUndefined();
    expect(openCallStoreReadOnly(join(directory, "none"))).toBeUndefined();
    expect(readdirSync(directory)).toEqual([]);
  });

  it("is undefined while its creator has not yet filled it", () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "calls.db"), "");
    expect(openCallStoreReadOnly(directory)).toBeUndefined();
  });

  it("gives what a live process has committed, and sees what it commits later", () => {
    const directory = temporaryDirectory();
    const owner = openForTest(directory);
    owner.commit({ record: callRecord("a") });
    const view = openCallStoreReadOnly(directory);
    expect(view?.get("a")).toEqual(callRecord("a"));
    owner.commit({ record: endedRecord("a", 2_000) });
    expect(view?.open()).toEqual([]);
    expect(view?.recent(5)).toEqual([endedRecord("a", 2_000)]);
    expect(view?.findByCarrierId("acme", "carrier-a")).toBe("a");
    view?.close();
    view?.close();
  });

  it("creates no file beside a store that was closed, and does not wait for one that is being written", () => {
    const directory = temporaryDirectory();
    const owner = openForTest(directory);
    owner.commit({ record: callRecord("a") });
    owner.close();
    const before = readdirSync(directory).filter((name) => name.startsWith("calls.db"));
    const view = openCallStoreReadOnly(directory);
    expect(view?.open()).toHaveLength(1);
    expect(readdirSync(directory).filter((name) => name.startsWith("calls.db"))).toEqual(before);
    view?.close();
    expect(before).toEqual(["calls.db"]);

    const writer = openDatabase(directory, createVirtualClock(), recordingLog());
    writer.exec("BEGIN IMMEDIATE");
    expect(openCallStoreReadOnly(directory)?.open()).toHaveLength(1);
    writer.close();
  });

  it("does not set a damaged database aside, but says so", () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, "calls.db"), "no database ".repeat(500));
    expect(() => openCallStoreReadOnly(directory)).toThrow(unavailable(/is damaged.*Restart the Gateway/));
    expect(existsSync(join(directory, "calls.db"))).toBe(true);
    expect(setAside(directory)).toEqual([]);
  });
});
