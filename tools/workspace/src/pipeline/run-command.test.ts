import { describe, expect, it } from "vitest";
import { runCommand } from "./run-command.ts";

function node(script: string, deadlineMs = 30_000) {
  return runCommand({ program: process.execPath, args: ["--eval", script], cwd: import.meta.dirname, deadlineMs });
}

describe("a command", () => {
  it("passes when it exits with 0", async () => {
    expect(await node("")).toEqual({ ok: true, how: "exit code 0" });
  });

  it("fails with its exit code", async () => {
    expect(await node("process.exit(3)")).toEqual({ ok: false, how: "exit code 3" });
  });

  it("reads an empty input instead of waiting at a keyboard", async () => {
    expect(await node("process.stdin.on('data', () => {}).on('end', () => process.exit(0))")).toMatchObject({ ok: true });
  });

  it("is ended at its deadline", async () => {
    expect(await node("setInterval(() => {}, 1000)", 300)).toEqual({ ok: false, how: "not finished after 0.3 s" });
  });

  it("that does not exist fails with its name", async () => {
    const end = await runCommand({ program: "no-such-program", args: [], cwd: import.meta.dirname, deadlineMs: 1000 });
    expect(end).toMatchObject({ ok: false, how: expect.stringContaining("no-such-program") as string });
  });
});
