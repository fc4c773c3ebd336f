import { describe, expect, it } from "vitest";
import { wirePair } from "./wire-pair.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("a connection inside the process", () => {
  it("carries messages both ways in order, and bytes as they were when they were sent", async () => {
    const [near, far] = wirePair();
    const heard: unknown[] = [];
    const bytes = Uint8Array.of(1);
    near.send("one");
    near.send(bytes);
    bytes[0] = 9;
    await turn();
    far.onMessage((message) => heard.push(message));
    near.onMessage((message) => heard.push(message));
    far.send("back");
    near.send("two");
    await turn();
    expect(heard).toEqual(["one", Uint8Array.of(1), "back", "two"]);
  });

  it("ends once for both, after what was sent before", async () => {
    const [near, far] = wirePair();
    const told: unknown[] = [];
    far.onMessage((message) => told.push(message));
    far.onClose((code, reason) => told.push([code, reason]));
    near.onClose((code) => told.push(code));
    near.send("last");
    near.close(1000, "done");
    near.terminate();
    near.send("lost");
    await turn();
    far.close();
    expect(told).toEqual([1000, "last", [1000, "done"]]);
  });

  it("breaks like any other", async () => {
    const [near, far] = wirePair();
    const codes: number[] = [];
    near.onClose((code) => codes.push(code));
    far.terminate();
    await turn();
    expect(codes).toEqual([1006]);
  });
});
