import { createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { openForTest, recordingLog, temporaryDirectory } from "../store/store.test-support.ts";
import { Pairing } from "./pairing.ts";

const NUMBER = "+15550100009";
const TO = "+15550100000";

/** Pairing over a store of its own. `codes` makes every second code the same as the one before. */
function desk({ repeating = false } = {}) {
  const clock = createVirtualClock();
  const store = openForTest(temporaryDirectory(), { clock });
  let drawn = 0;
  const nonce = () => `nonce-${repeating ? Math.floor(drawn++ / 2) : drawn++}`;
  const pairing = new Pairing({ clock, log: recordingLog(), store, ids: { callId: () => "c", nonce } });
  const ask = (number: string) => pairing.ask({ number, dialled: TO }, 0, {});
  const codeOf = (number: string) => pairing.list().requests.find((request) => request.number === number)?.code ?? "";
  return { clock, store, pairing, ask, codeOf };
}

describe("a decision", () => {
  it.each([
    ["as it is written", (code: string) => code],
    ["in small letters", (code: string) => code.toLowerCase()],
    ["in groups", (code: string) => ` ${code.slice(0, 4)}-${code.slice(4)} `],
  ])("is made by the code, %s", (_how, write) => {
    const { pairing, ask, codeOf } = desk();
    ask(NUMBER);
    expect(pairing.approve(write(codeOf(NUMBER))).number).toBe(NUMBER);
    expect(pairing.list()).toMatchObject({ requests: [], callers: [{ number: NUMBER, decision: "approved" }] });
  });

  it("uses the code up", () => {
    const { pairing, ask, codeOf } = desk();
    ask(NUMBER);
    const code = codeOf(NUMBER);
    pairing.refuse(code);
    expect(() => pairing.approve(code)).toThrow(expect.objectContaining({ code: "pairing-unknown" }));
    expect(pairing.decisionOn(NUMBER)).toBe("refused");
  });

  it("is made by the number as well, before anybody called, and may be changed", () => {
    const { pairing } = desk();
    pairing.approve("+1 (555) 010-0009");
    expect(pairing.decisionOn(NUMBER)).toBe("approved");
    pairing.refuse(NUMBER);
    expect(pairing.decisionOn(NUMBER)).toBe("refused");
    expect(pairing.list().callers).toHaveLength(1);
  });

  it.each(["", "ABCD2345", "+", "anonymous", "+266696687", "15550100009", "%", "' OR 1=1 --"])("is not made by %j", (caller) => {
    const { pairing, ask } = desk();
    ask(NUMBER);
    expect(() => pairing.approve(caller)).toThrow(expect.objectContaining({ code: "pairing-unknown" }));
    expect(pairing.list().callers).toEqual([]);
  });

  it("is withdrawn by the number, if there was one", () => {
    const { pairing } = desk();
    pairing.approve(NUMBER);
    pairing.revoke(NUMBER);
    expect(pairing.decisionOn(NUMBER)).toBeUndefined();
    expect(() => pairing.revoke(NUMBER)).toThrow(expect.objectContaining({ code: "pairing-unknown" }));
    expect(() => pairing.revoke("ABCD2345")).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });

  it("about a thousand callers makes the oldest refusal go, and never an approval", () => {
    const { clock, store, pairing } = desk();
    const numbers = Array.from({ length: 1000 }, (_, index) => `+1555010${String(index).padStart(4, "0")}`);
    for (const [at, number] of numbers.entries()) store.pairing.decide({ number, decision: at === 3 ? "refused" : "approved", decidedAt: at });
    pairing.approve("+15550199999");
    expect(pairing.decisionOn(numbers[3] ?? "")).toBeUndefined();
    expect(pairing.decisionOn(numbers[0] ?? "")).toBe("approved");
    expect(() => pairing.approve("+15550199998")).toThrow(expect.objectContaining({ code: "capacity" }));
    expect(pairing.refuse(numbers[0] ?? "").decidedAt).toBe(clock.now());
  });
});

describe("a code", () => {
  it("is nobody else's", () => {
    const { ask, codeOf } = desk({ repeating: true });
    const numbers = [NUMBER, "+15550100010", "+15550100011"];
    for (const number of numbers) ask(number);
    expect(new Set(numbers.map(codeOf)).size).toBe(3);
  });
});
