import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { TelephonyError } from "@openclaw/telephony-contract";
import { guarded } from "./errors.ts";

/** What comes out of the store for what was thrown in it. */
function outcomeOf(work: () => unknown): TelephonyError {
  try {
    guarded("/calls", work);
  } catch (error) {
    return error as TelephonyError;
  }
  return expect.unreachable("nothing was thrown");
}

const systemError = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe("a store that refuses", () => {
  it.each([
    { name: "a full disk", work: systemError("ENOSPC"), says: "has no space left on its disk. Free some space" },
    { name: "a used-up quota", work: systemError("EDQUOT"), says: "has no space left on its disk. Free some space" },
    { name: "a full database", work: fillDatabase, says: "has no space left on its disk. Free some space" },
    { name: "a read-only disk", work: systemError("EROFS"), says: "cannot be used. Make it a directory that this user may write" },
    { name: "missing rights", work: systemError("EACCES"), says: "cannot be used. Make it a directory that this user may write" },
    { name: "a read-only database", work: writeReadOnly, says: "cannot be used. Make it a directory that this user may write" },
    { name: "anything else", work: systemError("EIO"), says: "failed: EIO. Check the disk" },
  ])("names directory, key and remedy for $name, and keeps the cause", ({ work, says }) => {
    const error = outcomeOf(work);
    expect(error).toMatchObject({ name: "TelephonyError", code: "store-unavailable", retryable: false });
    expect(error.message).toContain(`The call store in /calls (configuration key \`store\`) ${says}`);
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("lets an error of the contract through as it is", () => {
    const error = new TelephonyError("store-unavailable", "known");
    expect(outcomeOf(() => raise(error))).toBe(error);
  });
});

function raise(error: Error): never {
  throw error;
}

/** SQLite reports its own limit as it reports a full disk. */
function fillDatabase(): void {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE one (x); PRAGMA max_page_count = 2; INSERT INTO one VALUES (zeroblob(100000))");
}

function writeReadOnly(): void {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE one (x); PRAGMA query_only = 1; INSERT INTO one VALUES (1)");
}
