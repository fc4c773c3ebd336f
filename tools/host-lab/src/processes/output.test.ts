import { describe, expect, it } from "vitest";
import { Output } from "./output.ts";

describe("the output of a process", () => {
  it("is told line by line however it was cut on the way", () => {
    const output = new Output();
    const lines: string[] = [];
    output.onLine((line) => lines.push(line));
    for (const chunk of ["on", "e\ntw", "o\nthree"]) output.add(chunk);
    expect(lines).toEqual(["one", "two"]);
    expect(output.text).toBe("one\ntwo\nthree");
  });

  it("stops telling a listener that has left", () => {
    const output = new Output();
    const lines: string[] = [];
    const stop = output.onLine((line) => lines.push(line));
    output.add("one\n");
    stop();
    output.add("two\n");
    expect(lines).toEqual(["one"]);
  });

  it("gives a line that was printed before, or waits for it", async () => {
    const output = new Output();
    output.add("listening\n");
    expect(await output.waitFor(/listen/, 1_000)).toBe("listening");
    const waiting = output.waitFor(/^ready/, 1_000);
    output.add("ready now\n");
    expect(await waiting).toBe("ready now");
  });

  it("shows its end when the awaited line does not come", async () => {
    const output = new Output();
    output.add("one\ntwo\n");
    await expect(output.waitFor(/three/, 1)).rejects.toThrow("No line matched /three/ within 1 ms\none\ntwo");
  });

  it("keeps the newest part when there is too much", () => {
    const output = new Output();
    output.add("old\n".repeat(10));
    output.add("x".repeat(4_000_000));
    expect(output.text).toHaveLength(4_000_000);
    expect(output.text).not.toContain("old");
  });
});
