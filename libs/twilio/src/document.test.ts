import { describe, expect, it } from "vitest";
import type { ListenStep, Plan, Step } from "@openclaw/telephony-contract";
import { renderPlan } from "./document.ts";
import { urlsOf } from "./test/bench.ts";
import { readTwiml, textOf } from "./testing/twiml.ts";

const urls = urlsOf("call-1", 7);
const plan = (steps: readonly Step[], then: Plan["then"] = "hold"): Plan => ({ callId: "call-1", revision: 7, nonce: "n7", steps, then });
const BASE = "https://telephone.example.com/voice/call-1/7/n7";
const GO_ON = `<Redirect method="POST">${BASE}/continuation</Redirect>`;

/** The verbs of a document, after Twilio's schema has found nothing wrong with it. */
function render(steps: readonly Step[], then?: Plan["then"]): string {
  const { status, headers, body } = renderPlan(plan(steps, then), urls);
  expect([status, headers["content-type"]]).toEqual([200, "text/xml; charset=utf-8"]);
  expect(readTwiml(body)).toHaveProperty("verbs");
  return body.replace('<?xml version="1.0" encoding="UTF-8"?><Response>', "").replace("</Response>", "");
}
const listen = (changes: Partial<ListenStep> = {}): Step => ({ kind: "listen", id: "1", input: "speech", noInputMs: 15_000, endSilenceMs: 800, ...changes });
const gather = (attributes: string) => `<Gather input="${attributes.replace(" ", `" action="${BASE}/document" method="POST" actionOnEmptyResult="false" `)}`;

describe("a document for Twilio", () => {
  it.each<[string, readonly Step[], Plan["then"], string]>([
    ["nothing to do waits and asks again", [], "hold", `<Pause length="10"/>${GO_ON}`],
    ["taking the call alone does the same", [{ kind: "answer", id: "1" }], "hold", `<Pause length="10"/>${GO_ON}`],
    ["nothing more to do hangs up", [], "hangup", "<Hangup/>"],
    ["words, then more", [{ kind: "say", id: "1", text: "Hello" }], "hold", `<Say>Hello</Say>${GO_ON}`],
    ["words in a voice, then the end", [{ kind: "say", id: "1", text: "Hallo", voice: { name: "Polly.Vicki-Neural", language: "de-DE" } }], "hangup", '<Say voice="Polly.Vicki-Neural" language="de-DE">Hallo</Say><Hangup/>'],
    ["recorded audio", [{ kind: "play", id: "1", url: "https://cdn.example.com/a.mp3?x=1&y=2" }], "hangup", "<Play>https://cdn.example.com/a.mp3?x=1&amp;y=2</Play><Hangup/>"],
    ["keys, without leaving the call", [{ kind: "sendDigits", id: "1", digits: "1wW#*aD" }], "hold", `<Play digits="1wW#*AD"/>${GO_ON}`],
    ["pauses in whole seconds, at least one", [{ kind: "pause", id: "1", durationMs: 10 }, { kind: "pause", id: "2", durationMs: 2_400 }], "hangup", '<Pause length="1"/><Pause length="3"/><Hangup/>'],
    ["a refusal, alone", [{ kind: "reject", id: "1", reason: "busy" }], "hangup", '<Reject reason="busy"/>'],
    [
      "a transfer, whose answer is reported at once, and nothing behind it",
      [{ kind: "say", id: "1", text: "One moment" }, { kind: "transfer", id: "away", to: "+15550100003", callerId: "+15550100001", ringTimeoutMs: 20_000, onFailure: [] }, { kind: "say", id: "3", text: "Never" }],
      "hold",
      `<Say>One moment</Say><Dial action="${BASE}/transfer" method="POST" timeout="20" callerId="+15550100001"><Number statusCallback="${BASE}/transfer" statusCallbackMethod="POST" statusCallbackEvent="answered">+15550100003</Number></Dial>`,
    ],
    [
      "a transfer to a SIP address",
      [{ kind: "transfer", id: "away", to: "sip:ada@example.com", ringTimeoutMs: 500, onFailure: [] }],
      "hold",
      `<Dial action="${BASE}/transfer" method="POST" timeout="1"><Sip statusCallback="${BASE}/transfer" statusCallbackMethod="POST" statusCallbackEvent="answered">sip:ada@example.com</Sip></Dial>`,
    ],
    [
      "a stream, behind which the document goes on",
      [{ kind: "say", id: "1", text: "Hello" }, { kind: "connectMedia", id: "2", url: "wss://telephone.example.com/voice/stream/t1" }],
      "hold",
      `<Say>Hello</Say><Connect><Stream url="wss://telephone.example.com/voice/stream/t1" statusCallback="${BASE}/media" statusCallbackMethod="POST"/></Connect><Pause length="30"/>${GO_ON}`,
    ],
    ["the end of a stream by being read", [{ kind: "disconnectMedia", id: "1" }, { kind: "say", id: "2", text: "Bye" }], "hangup", "<Say>Bye</Say><Hangup/>"],
    ["speech", [listen({ language: "en-GB", hints: ["yes, please", "no"] })], "hold", `${gather('speech bargeIn="true" timeout="15" language="en-GB" speechTimeout="1" hints="yes  please,no"/>')}${GO_ON}`],
    ["keys as an answer", [listen({ input: "digits", digits: { max: 4, finishOn: "#" } })], "hold", `${gather('dtmf bargeIn="true" timeout="15" numDigits="4" finishOnKey="#"/>')}${GO_ON}`],
    ["a prompt that may be talked over", [listen({ prompt: { text: "Yes?", interruptible: true } })], "hold", `${gather('speech bargeIn="true" timeout="15" speechTimeout="1"><Say>Yes?</Say></Gather>')}${GO_ON}`],
    ["a prompt that may not", [listen({ prompt: { text: "Yes?", interruptible: false } })], "hold", `<Say>Yes?</Say>${gather('speech bargeIn="false" timeout="15" speechTimeout="1"/>')}${GO_ON}`],
  ])("says %s", (_what, steps, then, document) => {
    expect(render(steps, then)).toBe(document);
  });

  it("takes both kinds of answer where both are wanted", () => {
    expect(render([listen({ input: "both" })])).toContain('<Gather input="dtmf speech" ');
  });

  it("is refused for a step that Twilio was not declared to take", () => {
    expect(() => renderPlan(plan([{ kind: "record", id: "1", action: "start" }]), urls)).toThrow(/record/);
  });

  it.each([
    "</Say><Dial><Number>+19005550100</Number></Dial><Say>",
    "]]><Hangup/>",
    "<!-- --><Redirect>https://evil.example.com</Redirect>",
    "&lt;Hangup/&gt; &amp; \"quotes\" 'n' more",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;",
  ])("never lets what is said become markup: %s (S9)", (text) => {
    const read = readTwiml(renderPlan(plan([{ kind: "say", id: "1", text }, listen({ prompt: { text, interruptible: true }, hints: [text] })]), urls).body);
    expect("verbs" in read && read.verbs.map(({ name }) => name)).toEqual(["Say", "Gather", "Redirect"]);
    expect("verbs" in read && read.verbs[0] && textOf(read.verbs[0])).toBe(text);
  });

  it.each(['"/><Hangup/><Say x="', "en-US\"><Hangup/>", "Polly.Joanna' loop='0", "a&b", "", "x".repeat(200)])("leaves out a voice and a language that cannot be one: %s (S9)", (wrong) => {
    const steps: Step[] = [{ kind: "say", id: "1", text: "Hello", voice: { name: wrong, language: wrong } }, listen({ language: wrong })];
    expect(render(steps)).toBe(`<Say>Hello</Say>${gather('speech bargeIn="true" timeout="15" speechTimeout="1"/>')}${GO_ON}`);
  });

  it("leaves out what nobody could pronounce, and still has something to do", () => {
    for (const text of ["", " \n", "\u0000\u0001", "\uD800"]) {
      expect(render([{ kind: "say", id: "1", text }])).toBe(`<Pause length="10"/>${GO_ON}`);
    }
  });

  it("survives characters that no XML may hold", () => {
    expect(render([{ kind: "say", id: "1", text: "a\u0000b\u0001c\uD800d\uFFFEe 😀" }], "hangup")).toBe("<Say>abcde 😀</Say><Hangup/>");
  });
});
