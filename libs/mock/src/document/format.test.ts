import { describe, expect, it } from "vitest";
import type { CallUrls, Plan, Step } from "@openclaw/telephony-contract";
import { DOCUMENT_TYPE, MAX_DOCUMENT_CHARS, readDocument } from "./format.ts";
import { renderDocument } from "./render.ts";

const url = (purpose: string) => `https://telephone.example.com/${purpose}/1`;
const urls = Object.fromEntries(["document", "continuation", "status", "machine", "recording", "transfer", "media"].map((purpose) => [purpose, url(purpose)])) as unknown as CallUrls;
const plan = (steps: readonly Step[], then: Plan["then"] = "hold"): Plan => ({ callId: "call-1", revision: 1, nonce: "n1", steps, then });
const read = (body: unknown, headers = { "content-type": DOCUMENT_TYPE }) => readDocument({ status: 200, headers, body: JSON.stringify(body) });
const rendered = JSON.parse(renderDocument(plan([]), urls).body) as Record<string, unknown>;

describe("a document of the mock", () => {
  it("is understood by the network for every step of a plan", () => {
    const steps: Step[] = [
      { kind: "answer", id: "1" },
      { kind: "say", id: "2", text: 'Say "hello" & </bye>', voice: { name: "Ada", language: "en-GB" } },
      { kind: "play", id: "3", url: url("sound") },
      { kind: "listen", id: "4", input: "both", noInputMs: 1, endSilenceMs: 1, prompt: { text: "Yes?", interruptible: true }, language: "en", digits: { max: 4, finishOn: "#" }, hints: ["yes"] },
      { kind: "sendDigits", id: "5", digits: "1w#" },
      { kind: "pause", id: "6", durationMs: 100 },
      { kind: "record", id: "7", action: "start", channels: "dual" },
      { kind: "transfer", id: "8", to: "sip:ada@example.com", ringTimeoutMs: 1000, onFailure: [] },
    ];
    const result = readDocument(renderDocument(plan(steps), urls));
    expect(result).toMatchObject({ document: { callId: "call-1", then: { fetch: urls.continuation } } });
    expect("document" in result && result.document.verbs.map(({ verb }) => verb)).toEqual(["say", "play", "gather", "press", "pause", "record", "transfer"]);
    expect("document" in result && result.document.verbs[0]).toMatchObject({ text: 'Say "hello" & </bye>' });
  });

  it("is refused with a step that the mock does not have", () => {
    expect(() => renderDocument(plan([{ kind: "stopSpeech", id: "1" }]), urls)).toThrow(/stopSpeech/);
  });

  it.each([
    ["a verb that does not exist", { ...rendered, verbs: [{ verb: "shout", text: "Hello" }] }],
    ["an unknown attribute", { ...rendered, verbs: [{ verb: "say", text: "Hello", louder: true }] }],
    ["nothing to do", { ...rendered, verbs: [] }],
    ["nothing to say", { ...rendered, verbs: [{ verb: "say", text: "" }] }],
    ["no way on", { ...rendered, then: {} }],
    ["a refusal among other things", { ...rendered, verbs: [{ verb: "reject", reason: "busy" }, { verb: "pause", ms: 1 }] }],
    ["no JSON object", "Hello"],
  ])("is not guessed at: %s", (_what, body) => {
    expect(read(body)).toHaveProperty("fault");
  });

  it("is refused by type and size", () => {
    expect(read(rendered)).toHaveProperty("document");
    expect(read(rendered, { "content-type": "application/json" })).toEqual({ fault: "content type" });
    expect(readDocument({ status: 200, headers: { "content-type": DOCUMENT_TYPE }, body: " ".repeat(MAX_DOCUMENT_CHARS + 1) })).toEqual({ fault: "too large" });
    expect(readDocument({ status: 200, headers: { "content-type": DOCUMENT_TYPE }, body: "{" })).toEqual({ fault: "no JSON" });
  });
});
