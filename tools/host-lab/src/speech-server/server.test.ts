import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startSpeechServer, type SpeechServer, type SpeechServerFault } from "./index.ts";

// Imported as the server does it.
const { ToneListener } = await import("@openclaw/phone-network/tones");

const BODY = { model: "gpt-4o-mini-tts", input: "It is noon.", voice: "alloy", response_format: "pcm" };

let server: SpeechServer;
beforeEach(async () => void (server = await startSpeechServer()));
afterEach(() => server.close());

function post(body: unknown, { path = "/audio/speech", ...init }: RequestInit & { path?: string } = {}): Promise<Response> {
  return fetch(`${server.baseUrl}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...init,
  });
}

/** What a listener hears in PCM at 24 kHz. */
function textsIn(pcm: ArrayBuffer): string[] {
  const texts: string[] = [];
  const listener = new ToneListener(24_000, (event) => event.type === "text" && texts.push(event.text));
  listener.write(new Int16Array(pcm));
  listener.flush();
  return texts;
}

describe("a speech server", () => {
  it("speaks a text as tones, in pieces", async () => {
    const response = await post({ ...BODY, speed: 1.5, instructions: "Speak softly." });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "audio/pcm"]);
    expect(textsIn(await response.arrayBuffer())).toEqual(["It is noon."]);
    expect(server.requests).toMatchObject([{ text: "It is noon.", model: "gpt-4o-mini-tts", voice: "alloy", speed: 1.5, instructions: "Speak softly." }]);
    expect(await server.requests[0]?.ended).toBe("spoken");
    expect(server.refusals).toEqual([]);
  });

  it("takes another way to sound", async () => {
    await server.close();
    server = await startSpeechServer({ sound: (text, rate) => new Int16Array(text.length * (rate / 1000)) });
    expect((await (await post(BODY)).arrayBuffer()).byteLength).toBe(11 * 24 * 2);
  });

  it.each<[SpeechServerFault, number, string]>([
    ["unauthorized", 401, "invalid_api_key"],
    ["rate-limited", 429, "insufficient_quota"],
    ["server-error", 500, ""],
  ])("fails as it is told: %s", async (fault, status, code) => {
    server.failNext(fault);
    const response = await post(BODY);
    const { error } = (await response.json()) as { error: { code: string | null } };
    expect([response.status, error.code ?? ""]).toEqual([status, code]);
    expect(server.requests[0]?.outcome).toBe("refused");
    expect((await post(BODY)).status).toBe(200);
  });

  it("brings no audio, breaks off, and hangs until the client gives up", async () => {
    server.failNext("empty");
    server.failNext("drop");
    server.failNext("hang", 2);
    expect((await (await post(BODY)).arrayBuffer()).byteLength).toBe(0);
    await expect(post(BODY).then((response) => response.arrayBuffer())).rejects.toThrow();
    const controller = new AbortController();
    const hanging = [post(BODY, { signal: controller.signal }), post(BODY, { signal: controller.signal })];
    while (server.requests.length < 4) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(Promise.all(hanging)).rejects.toThrow();
    expect(await Promise.all(server.requests.map(({ ended }) => ended))).toEqual(["spoken", "dropped", "aborted", "aborted"]);
  });

  it("speaks slowly, and stops when nobody listens any more", async () => {
    server.failNext("slow");
    const response = await post(BODY);
    const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
    expect((await reader?.read())?.value?.length).toBeLessThanOrEqual(4800);
    expect(server.requests[0]?.outcome).toBe("open");
    await reader?.cancel();
    expect(await server.requests[0]?.ended).toBe("aborted");
  });

  it("closes with an answer open", async () => {
    server.failNext("hang");
    const hanging = post(BODY).catch((error: unknown) => error);
    while (server.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe("a speech server refuses", () => {
  const cases: [string, () => Promise<Response>, number, RegExp][] = [
    ["a wrong key", () => post(BODY, { headers: { authorization: "Bearer x", "content-type": "application/json" } }), 401, /API key/],
    ["another path", () => post(BODY, { path: "/audio/speeches" }), 404, /Invalid URL/],
    ["another method", () => fetch(`${server.baseUrl}/audio/speech`, { headers: { authorization: `Bearer ${server.apiKey}` } }), 405, /GET/],
    ["another content type", () => post(BODY, { headers: { authorization: `Bearer ${server.apiKey}`, "content-type": "text/plain" } }), 415, /content type/],
    ["a body that is not JSON", () => post("{"), 400, /parse the JSON/],
    ["an unknown parameter", () => post({ ...BODY, format: "pcm" }), 400, /Unknown parameter: 'format'/],
    ["an unknown model", () => post({ ...BODY, model: "tts-9" }), 404, /'tts-9' does not exist/],
    ["no voice", () => post({ ...BODY, voice: undefined }), 400, /'voice'/],
    ["no text", () => post({ ...BODY, input: "" }), 400, /'input'/],
    ["a text that is too long", () => post({ ...BODY, input: "a".repeat(4097) }), 400, /maximum length 4096/],
    ["a speed beyond its limits", () => post({ ...BODY, speed: 5 }), 400, /'speed'/],
    ["a format that there is not", () => post({ ...BODY, response_format: "mulaw" }), 400, /'response_format'/],
    ["a file, which the lab does not speak", () => post({ ...BODY, response_format: undefined }), 400, /only, not 'mp3'/],
    ["events, which the lab does not speak", () => post({ ...BODY, stream_format: "sse" }), 400, /server-sent/],
  ];
  it.each(cases)("%s", async (_what, request, status, message) => {
    const response = await request();
    const { error } = (await response.json()) as { error: { message: string } };
    expect([response.status, error.message]).toEqual([status, expect.stringMatching(message)]);
    expect(server.refusals).toMatchObject([{ status, message: error.message }]);
    expect(server.requests).toEqual([]);
  });
});
