import { describe, expect, it } from "vitest";
import type { CallUrls, ListenStep, Plan, Step } from "@openclaw/telephony-contract";
import { renderDocument } from "./document.ts";
import { checkDocument } from "./testing/grammar.ts";
import { readXml } from "./testing/xml.ts";

const URLS = Object.fromEntries(
  ["document", "continuation", "status", "machine", "recording", "transfer", "media"].map((purpose) => [purpose, `https://voice.example.com/${purpose}/k1`]),
) as unknown as CallUrls;
const ON = "<Redirect method=\"POST\">https://voice.example.com/continuation/k1</Redirect>";

const render = (steps: readonly Step[], then: Plan["then"] = "hold", omitted: string[] = []) => {
  const reply = renderDocument({ callId: "call-1", revision: 1, nonce: "N1", steps, then }, URLS, (why) => omitted.push(why));
  checkDocument(readXml(reply.body));
  return reply;
};
/** What stands in the document for these steps, as Plivo would accept it. */
const inside = (steps: readonly Step[], then?: Plan["then"]) => /^<\?xml version="1.0" encoding="UTF-8"\?><Response>(.*)<\/Response>$/s.exec(render(steps, then).body)?.[1];
const say = (text: string, voice?: { name?: string; language?: string }): Step => ({ kind: "say", id: "1", text, ...(voice && { voice }) });
const listen = (more: Partial<ListenStep> = {}): Step => ({ kind: "listen", id: "1", input: "both", noInputMs: 15_000, endSilenceMs: 800, ...more });

describe("a document for Plivo", () => {
  it("says, plays, waits, presses keys and goes on", () => {
    const steps: Step[] = [
      { kind: "answer", id: "0" },
      say("Good morning."),
      { kind: "play", id: "2", url: "https://voice.example.com/a.mp3?b=1&c=2" },
      { kind: "pause", id: "3", durationMs: 2_600 },
      { kind: "sendDigits", id: "4", digits: "1w2W*#" },
    ];
    expect(inside(steps)).toBe(
      `<Speak>Good morning.</Speak><Play>https://voice.example.com/a.mp3?b=1&amp;c=2</Play><Wait length="3"/><DTMF async="false">1w2W*#</DTMF>${ON}`,
    );
  });

  it("is told to be XML in UTF-8", () => {
    expect(render([say("Olá")])).toMatchObject({ status: 200, headers: { "content-type": "application/xml; charset=utf-8" } });
  });

  it("hangs up where the plan ends, and holds in silence where there is nothing to do", () => {
    expect(inside([say("Goodbye.")], "hangup")).toBe("<Speak>Goodbye.</Speak><Hangup/>");
    expect(inside([], "hangup")).toBe("<Hangup/>");
    for (const nothing of [[], [say("  ")], [{ kind: "answer", id: "0" } as const]]) expect(inside(nothing)).toBe(`<Wait length="10"/>${ON}`);
  });

  it.each(["rejected", "busy"] as const)("refuses a call as %s, and never answers it", (reason) => {
    expect(inside([{ kind: "reject", id: "1", reason }], "hangup")).toBe(`<Hangup reason="${reason}"/>`);
  });

  it("listens with its prompt inside, so that it can be talked over, and goes on where nothing came", () => {
    const asked = listen({ prompt: { text: "Yes?", interruptible: true }, language: "pt-BR", hints: ["Lisboa", "a, b"], digits: { max: 4, finishOn: "*", interDigitMs: 2_000 } });
    expect(inside([asked])).toBe(
      '<GetInput action="https://voice.example.com/document/k1" method="POST" inputType="dtmf speech" executionTimeout="15" speechEndTimeout="2"' +
        ' digitEndTimeout="2" numDigits="4" finishOnKey="*" language="pt-BR" hints="Lisboa,a  b" redirect="true" log="false"><Speak>Yes?</Speak></GetInput>' +
        ON,
    );
  });

  it("says a prompt before it listens where nobody may talk over it", () => {
    const xml = inside([listen({ input: "digits", prompt: { text: "Your number.", interruptible: false } })]);
    expect(xml).toMatch(/^<Speak>Your number\.<\/Speak><GetInput [^>]*inputType="dtmf"[^>]*\/>/);
    expect(xml).not.toContain("speechEndTimeout");
  });

  it.each([
    [{ noInputMs: 100 }, 'executionTimeout="5"'],
    [{ noInputMs: 600_000 }, 'executionTimeout="60"'],
    [{ endSilenceMs: 60_000 }, 'speechEndTimeout="10"'],
    [{ digits: { interDigitMs: 100 } }, 'digitEndTimeout="2"'],
    [{ digits: { max: 99 } }, 'numDigits="32"'],
  ])("keeps %o within what Plivo takes", (more, attribute) => {
    expect(inside([listen(more)])).toContain(attribute);
  });

  it("hands a call to a number or a SIP address, and is told how that went", () => {
    const away = (to: string, callerId?: string): Step => ({ kind: "transfer", id: "1", to, ringTimeoutMs: 20_000, onFailure: [], ...(callerId && { callerId }) });
    const report = 'action="https://voice.example.com/transfer/k1" method="POST" redirect="true" callbackUrl="https://voice.example.com/transfer/k1" callbackMethod="POST"';
    expect(inside([away("+15550100003", "+15550100001")])).toBe(`<Dial ${report} timeout="20" callerId="15550100001"><Number>15550100003</Number></Dial>${ON}`);
    expect(inside([away("sip:desk@example.com")])).toContain("<User>sip:desk@example.com</User>");
  });

  it("connects media both ways, and goes on behind the stream however it ends", () => {
    const connect: Step = { kind: "connectMedia", id: "1", url: "wss://voice.example.com/stream/t0ken?a=1&b=2" };
    expect(inside([say("One moment."), connect])).toBe(
      '<Speak>One moment.</Speak><Stream bidirectional="true" audioTrack="inbound" keepCallAlive="true" contentType="audio/x-mulaw;rate=8000" streamTimeout="86400" ' +
        'statusCallbackUrl="https://voice.example.com/media/k1" statusCallbackMethod="POST">wss://voice.example.com/stream/t0ken?a=1&amp;b=2</Stream><Wait length="30"/>' +
        ON,
    );
  });

  it("has left the stream when it is fetched, so that disconnecting is nothing more", () => {
    expect(inside([{ kind: "disconnectMedia", id: "1" }, say("Goodbye.")], "hangup")).toBe("<Speak>Goodbye.</Speak><Hangup/>");
  });

  it("refuses steps that were never declared", () => {
    expect(() => render([{ kind: "stopSpeech", id: "1" }])).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("voices and languages", () => {
  it.each([
    [{ language: "de-DE" }, ' language="de-DE"'],
    [{ language: "de-at" }, ' language="de-DE"'],
    [{ language: "pt" }, ' language="pt-BR"'],
    [{ name: "man", language: "en-GB" }, ' voice="MAN" language="en-GB"'],
    [{ name: "Polly.Joanna", language: "en-US" }, ' voice="Polly.Joanna" language="en-US"'],
    // What Plivo does not know would end the call.
    [{ language: "ja-JP" }, ""],
    [{ name: "alice" }, ""],
    [{ name: "Polly.Jo anna" }, ""],
  ])("%o becomes%s", (voice, attributes) => {
    expect(inside([say("Hello", voice)])).toBe(`<Speak${attributes}>Hello</Speak>${ON}`);
  });

  it.each(['"/><Hangup/>', "en-US\" loop=\"9", "en\u0000US", "Polly.J<x>", "../../etc", "de-DE\n"])("S9: what is no name, %j, never reaches the document", (attack) => {
    const xml = inside([say("Hello", { name: attack, language: attack }), listen({ language: attack })]) ?? "";
    expect(xml).toMatch(/^<Speak>Hello<\/Speak><GetInput /);
    expect(xml).not.toContain("language");
    expect(xml.match(/<Hangup/g)).toBeNull();
  });

  it.each(["</Speak><Hangup/>", "a & b < c > d \" e ' f", "]]>", "<!-- -->", "&#0; \u0007 \uD800 \uFFFF end"])("S9: text stays text: %j", (text) => {
    const [speak, redirect, ...more] = readXml(render([say(text)]).body).children;
    expect([speak?.name, redirect?.name, more]).toEqual(["Speak", "Redirect", []]);
    expect(speak?.text).toBe(text.replaceAll(/[\u0000-\u0008\uFFFF\uD800]/g, ""));
  });
});

describe("what is too much for one element or one document", () => {
  it("a long text becomes several elements, broken between sentences", () => {
    const sentence = `${"word ".repeat(99)}end. `;
    const spoken = readXml(render([say(sentence.repeat(20))]).body).children.filter(({ name }) => name === "Speak");
    expect(spoken.length).toBeGreaterThan(3);
    for (const { text } of spoken) expect([text.length <= 3_000, text.endsWith("end.")]).toEqual([true, true]);
    expect(spoken.map(({ text }) => text).join(" ")).toBe(sentence.repeat(20).trim());
  });

  it("a text without any space is broken all the same, and never within a character", () => {
    const text = "😀".repeat(3_001);
    const spoken = readXml(render([say(`x${text}`)]).body).children.filter(({ name }) => name === "Speak");
    expect(spoken.map((one) => one.text).join("")).toBe(`x${text}`);
  });

  it("a document beyond 100 KB loses its end, which is told, and goes on nevertheless", () => {
    const omitted: string[] = [];
    const { body } = render(Array.from({ length: 60 }, () => say("& ".repeat(1_400))), "hold", omitted);
    expect(Buffer.byteLength(body)).toBeLessThan(100_000);
    expect(body.endsWith(`${ON}</Response>`)).toBe(true);
    expect(omitted).toEqual([expect.stringContaining("larger than Plivo's documents")]);
  });

  it("keys that Plivo does not have are left out, which is told", () => {
    const omitted: string[] = [];
    expect(render([{ kind: "sendDigits", id: "1", digits: "1A2d#" }], "hold", omitted).body).toContain(">12#</DTMF>");
    expect(omitted).toEqual([expect.stringContaining("0-9 * # only")]);
  });

  it("hints beyond what Plivo takes are left out", () => {
    const hints = [...Array.from({ length: 600 }, (_, index) => `word${index}`), "x".repeat(200)];
    expect(inside([listen({ hints })])).toContain("word499");
    expect(inside([listen({ hints })])).not.toContain("word500");
  });
});
