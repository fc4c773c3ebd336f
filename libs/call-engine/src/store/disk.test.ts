import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDisk } from "./disk.ts";
import { recordingLog, temporaryDirectory } from "./store.test-support.ts";

describe("the disk behind a file", () => {
  it("is asked in the background, again and again, until the file is let go", async () => {
    const file = join(temporaryDirectory(), "log");
    writeFileSync(file, "written");
    const log = recordingLog();
    const disk = createDisk(file, log);
    for (let round = 0; round < 3; round++) {
      disk.flush();
      disk.flush();
      await disk.idle();
    }
    disk.flush();
    disk.close();
    disk.close();
    disk.flush();
    await disk.idle();
    expect(log.lines).toEqual([]);
  });

  it("that fails is told once, and keeps nobody from going on", async () => {
    const log = recordingLog();
    const disk = createDisk(join(temporaryDirectory(), "missing"), log);
    for (let round = 0; round < 3; round++) {
      disk.flush();
      await disk.idle();
    }
    disk.close();
    expect(log.lines).toEqual([expect.objectContaining({ level: "warn", fields: { error: "ENOENT" } })]);
  });
});
