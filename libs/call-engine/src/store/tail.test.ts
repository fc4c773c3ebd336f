import { appendFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { callRecord, openForTest, temporaryDirectory } from "./store.test-support.ts";
import { tailLines } from "./tail.ts";

const POLL_MS = 250;

/** Follows a file, and gives what came since it was last asked. */
function follow(file: string, since = 25, onLine: (line: string) => void = () => undefined) {
  const clock = createVirtualClock();
  const controller = new AbortController();
  const lines: string[] = [];
  const take = (line: string): void => {
    lines.push(line);
    onLine(line);
  };
  const done = tailLines(file, { since, pollMs: POLL_MS, signal: controller.signal, clock, onLine: take });
  onTestFinished(async () => {
    controller.abort();
    await done.catch(() => undefined);
  });
  const seen = (): string[] => lines.splice(0);
  const next = async (): Promise<string[]> => {
    await clock.advance(POLL_MS);
    return seen();
  };
  return { clock, controller, done, seen, next };
}

function temporaryFile(content?: string): string {
  const file = join(temporaryDirectory(), "calls.jsonl");
  if (content !== undefined) writeFileSync(file, content);
  return file;
}

describe("following a file", () => {
  it("gives the last lines that are there, then each new one", async () => {
    const file = temporaryFile("1\n2\n3\n");
    const tail = follow(file, 2);
    expect(tail.seen()).toEqual(["2", "3"]);
    appendFileSync(file, "4\n5\n");
    expect(await tail.next()).toEqual(["4", "5"]);
    expect(await tail.next()).toEqual([]);
  });

  it("gives all lines where there are fewer, and none where none are wanted", async () => {
    expect(follow(temporaryFile("1\n2\n"), 25).seen()).toEqual(["1", "2"]);
    const file = temporaryFile("1\n2\n");
    const tail = follow(file, 0);
    appendFileSync(file, "3\n");
    expect([...tail.seen(), ...(await tail.next())]).toEqual(["3"]);
  });

  it("looks no more often than it was told", async () => {
    const file = temporaryFile("1\n");
    const tail = follow(file);
    tail.seen();
    appendFileSync(file, "2\n");
    await tail.clock.advance(POLL_MS - 1);
    expect(tail.seen()).toEqual([]);
    await tail.clock.advance(1);
    expect(tail.seen()).toEqual(["2"]);
  });

  it("waits for the rest of a line, in whatever pieces it comes", async () => {
    const bytes = Buffer.from("grün😀\nnext\n");
    const file = temporaryFile("old\n");
    appendFileSync(file, bytes.subarray(0, 3));
    const tail = follow(file);
    expect(tail.seen()).toEqual(["old"]);
    appendFileSync(file, bytes.subarray(3, 6));
    expect(await tail.next()).toEqual([]);
    appendFileSync(file, bytes.subarray(6, 10));
    expect(await tail.next()).toEqual(["grün😀"]);
    appendFileSync(file, bytes.subarray(10));
    expect(await tail.next()).toEqual(["next"]);
  });

  it("reads lines that are longer than what is read at once", async () => {
    const long = "€".repeat(100_000);
    const file = temporaryFile(`first\n${long}\n`);
    const tail = follow(file, 1);
    expect(tail.seen()).toEqual([long]);
    appendFileSync(file, `${long}2\n3\n`);
    expect(await tail.next()).toEqual([`${long}2`, "3"]);
  });

  it("waits for a file that does not exist, and then gives all of it", async () => {
    const file = temporaryFile();
    const tail = follow(file, 1);
    expect(await tail.next()).toEqual([]);
    writeFileSync(file, "1\n2\n");
    expect(await tail.next()).toEqual(["1", "2"]);
  });

  it("goes over to the new file when it is rotated, and loses nothing of the old one", async () => {
    const file = temporaryFile("1\n");
    const tail = follow(file);
    tail.seen();
    appendFileSync(file, "2\n");
    renameSync(file, `${file}.1`);
    expect(await tail.next()).toEqual(["2"]);
    appendFileSync(`${file}.1`, "3\n");
    writeFileSync(file, "4\n");
    expect(await tail.next()).toEqual(["3", "4"]);
    appendFileSync(file, "5\n");
    expect(await tail.next()).toEqual(["5"]);
  });

  it("begins again when the file is made shorter, and forgets half a line", async () => {
    const file = temporaryFile("1\n2\nhalf");
    const tail = follow(file);
    tail.seen();
    truncateSync(file, 0);
    expect(await tail.next()).toEqual([]);
    appendFileSync(file, "3\n");
    expect(await tail.next()).toEqual(["3"]);
  });

  it("follows what a store writes through its rotations", async () => {
    const directory = temporaryDirectory();
    const store = openForTest(directory, { journal: { maxBytes: 2_000 } });
    const tail = follow(join(directory, "calls.jsonl"));
    const seqs: number[] = [];
    for (let call = 0; call < 20; call += 1) {
      store.commit({ record: callRecord(`c${call}`) });
      await store.flush();
      seqs.push(...(await tail.next()).map((line) => (JSON.parse(line) as { seq: number }).seq));
    }
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe("the end of following", () => {
  it("comes with the signal: it resolves, and nothing is left behind", async () => {
    const tail = follow(temporaryFile("1\n"));
    expect(tail.clock.pending).toBe(1);
    tail.controller.abort();
    await expect(tail.done).resolves.toBeUndefined();
    expect(tail.clock.pending).toBe(0);
  });

  it("comes at once with a signal that was aborted before", async () => {
    const onLine = (): never => expect.unreachable();
    const clock = createVirtualClock();
    await tailLines(temporaryFile("1\n"), { since: 1, pollMs: POLL_MS, signal: AbortSignal.abort(), clock, onLine });
    expect(clock.pending).toBe(0);
  });

  it("gives no further line once the reader has aborted, as when its pipe closes", async () => {
    const file = temporaryFile("1\n2\n3\n");
    const clock = createVirtualClock();
    const controller = new AbortController();
    const lines: string[] = [];
    const onLine = (line: string): void => {
      lines.push(line);
      controller.abort();
    };
    await tailLines(file, { since: 25, pollMs: POLL_MS, signal: controller.signal, clock, onLine });
    expect(lines).toEqual(["1"]);
    expect(clock.pending).toBe(0);
  });

  it("rejects with what goes wrong, and leaves nothing behind", async () => {
    const failure = new Error("reader");
    const failing = follow(temporaryFile("1\n"), 1, () => {
      throw failure;
    });
    await expect(failing.done).rejects.toBe(failure);
    expect(failing.clock.pending).toBe(0);

    const directory = join(temporaryDirectory(), "directory");
    mkdirSync(directory);
    await expect(follow(directory).done).rejects.toMatchObject({ code: "EISDIR" });
    rmSync(directory, { recursive: true });
  });
});
