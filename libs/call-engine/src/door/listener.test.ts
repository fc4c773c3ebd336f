import { connect, createServer, type Socket } from "node:net";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../system.ts";
import { openListener, type Listener, type WebhookHead } from "./listener.ts";
import { urlReader } from "./public-url.ts";

const open: { close(): unknown }[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))));

interface Door {
  readonly listener: Listener;
  readonly requests: WebhookRequest[];
  readonly heads: WebhookHead[];
}

async function listen(publicUrl?: string, requestMs?: number): Promise<Door> {
  const requests: WebhookRequest[] = [];
  const heads: WebhookHead[] = [];
  const read = urlReader({ path: "/voice/webhook", forwarding: { trustForwardingHeaders: false }, ...(publicUrl !== undefined && { publicUrl }) });
  const listener = await openListener({
    port: 0,
    bind: "127.0.0.1",
    path: "/voice/webhook",
    clock: systemClock,
    reader: () => read,
    ...(requestMs !== undefined && { requestMs }),
    target: {
      refusal(head) {
        heads.push(head);
        return head.headers["x-signature"] ? undefined : { status: 401, headers: {}, body: "signature missing" };
      },
      async handle(request) {
        requests.push(request);
        return { status: 201, headers: { "content-type": "text/xml" }, body: "<ok/>" };
      },
    },
  });
  open.push(listener);
  return { listener, requests, heads };
}

const signed = { "x-signature": "s" };

/** A connection of which only as much is sent as the test says. */
async function dribble(door: Door, head: string): Promise<Socket & { readonly answer: Promise<string> }> {
  const { port } = new URL(door.listener.localUrl);
  const socket = connect(Number(port), "127.0.0.1");
  open.push({ close: () => socket.destroy() });
  let text = "";
  socket.on("data", (data) => (text += data.toString()));
  const answer = new Promise<string>((resolve) => socket.on("close", () => resolve(text)).on("error", () => resolve(text)));
  await new Promise<void>((resolve) => socket.write(head, () => resolve()));
  return Object.assign(socket, { answer });
}

describe("the listener", () => {
  it("hands over method, headers, raw body and the URL that the carrier used", async () => {
    const { listener, requests } = await listen("https://voice.example.com/hook");
    const reply = await fetch(`${listener.localUrl}/c/1/2/3/status?x=%20y`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...signed },
      body: "a=1&b=%2B",
    });
    expect([reply.status, reply.headers.get("content-type"), await reply.text()]).toEqual([201, "text/xml", "<ok/>"]);
    expect(requests[0]).toMatchObject({ method: "POST", url: "https://voice.example.com/hook/c/1/2/3/status?x=%20y", remoteAddress: "127.0.0.1" });
    expect(requests[0]?.headers["x-signature"]).toBe("s");
    expect(Buffer.from(requests[0]?.body ?? []).toString()).toBe("a=1&b=%2B");
  });

  it("takes bodies of any type, or of none, as bytes", async () => {
    const { listener, requests } = await listen();
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/xml; charset=latin1"])
      await fetch(listener.localUrl, { method: "POST", headers: { "content-type": type, ...signed }, body: "{no json" });
    await fetch(listener.localUrl, { headers: signed });
    expect(requests.map(({ body }) => Buffer.from(body).toString())).toEqual([...Array<string>(4).fill("{no json"), ""]);
  });

  it("takes no body over 64 KB and no other path", async () => {
    const { listener, requests } = await listen();
    const large = await fetch(listener.localUrl, { method: "POST", headers: signed, body: "x".repeat(64 * 1024 + 1) });
    const elsewhere = await fetch(new URL("/elsewhere", listener.localUrl), { headers: signed });
    expect([large.status, elsewhere.status]).toEqual([413, 404]);
    expect(requests).toEqual([]);
  });

  it("takes no body over 64 KB either of which nobody said how long it is", async () => {
    const door = await listen();
    const socket = await dribble(door, "POST /voice/webhook HTTP/1.1\r\nhost: x\r\nx-signature: s\r\ntransfer-encoding: chunked\r\n\r\n");
    socket.write(`10001\r\n${"x".repeat(0x10001)}\r\n`);
    expect(await socket.answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(door.requests).toEqual([]);
  });

  it("answers who could not be a carrier before the body came", async () => {
    const door = await listen();
    const socket = await dribble(door, "POST /voice/webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n");
    expect(await socket.answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*signature missing$/);
    expect(door.heads).toHaveLength(1);
    expect(door.requests).toEqual([]);
  });

  it("cuts off who sends too slowly, and lets in who waited behind", async () => {
    const door = await listen(undefined, 400);
    const slow = await Promise.all(
      Array.from({ length: 8 }, () => dribble(door, "POST /voice/webhook HTTP/1.1\r\nhost: x\r\nx-signature: s\r\ncontent-length: 1000\r\n\r\nabc")),
    );
    const behind = fetch(door.listener.localUrl, { method: "POST", headers: signed, body: "quick" });
    const answers = await Promise.all(slow.map(({ answer }) => answer));
    expect(answers.every((answer) => answer === "" || answer.startsWith("HTTP/1.1 408"))).toBe(true);
    expect((await behind).status).toBe(201);
    expect(door.requests.map(({ body }) => Buffer.from(body).toString())).toEqual(["quick"]);
  });

  it("keeps no place for who went away while waiting", async () => {
    const door = await listen(undefined, 400);
    const head = "POST /voice/webhook HTTP/1.1\r\nhost: x\r\nx-signature: s\r\ncontent-length: 3\r\n\r\nab";
    const slow = await Promise.all(Array.from({ length: 8 }, () => dribble(door, head)));
    const impatient = await Promise.all(Array.from({ length: 8 }, () => dribble(door, head)));
    while (door.heads.length < 16) await new Promise(setImmediate);
    for (const socket of impatient) socket.destroy();
    await Promise.all([...slow, ...impatient].map(({ answer }) => answer));
    expect((await fetch(door.listener.localUrl, { method: "POST", headers: signed, body: "quick" })).status).toBe(201);
    expect(door.requests).toHaveLength(1);
  });

  it("takes a header that came several times for one, whatever it is", async () => {
    const door = await listen();
    const socket = await dribble(door, `GET /voice/webhook HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-signature: s\r\n${["set-cookie", "x-a"].map((name) => `${name}: 1\r\n${name}: 2\r\n`).join("")}\r\n`);
    expect(await socket.answer).toMatch(/^HTTP\/1\.1 201 /);
    expect(door.requests[0]?.headers).toMatchObject({ "set-cookie": "1, 2", "x-a": "1, 2" });
  });

  it("says which key to change when its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const read = urlReader({ path: "", forwarding: { trustForwardingHeaders: false } });
    const target = { refusal: () => undefined, handle: async () => ({ status: 200, headers: {}, body: "" }) };
    const opening = openListener({ port, bind: "127.0.0.1", path: "", clock: systemClock, reader: () => read, target });
    await expect(opening).rejects.toMatchObject({ code: "listener-failed", message: expect.stringContaining('"serve.port"') as string });
    await new Promise((resolve) => other.close(resolve));
  });
});
