import { createServer } from "node:net";
import type { WebhookRequest } from "@openclaw/telephony-contract";
import { afterEach, describe, expect, it } from "vitest";
import { openListener, publicUrlOf, type Listener } from "./listener.ts";

const open: Listener[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((listener) => listener.close()))));

async function listen(publicUrl?: string) {
  const requests: WebhookRequest[] = [];
  const listener = await openListener({
    port: 0,
    bind: "127.0.0.1",
    path: "/voice/webhook",
    ...(publicUrl !== undefined && { publicUrl }),
    handle: (request) => {
      requests.push(request);
      return { status: 201, headers: { "content-type": "text/xml" }, body: "<ok/>" };
    },
  });
  open.push(listener);
  return { listener, requests };
}

describe("the listener", () => {
  it("hands over method, headers, raw body and the URL that the carrier used", async () => {
    const { listener, requests } = await listen("https://voice.example.com/hook");
    const reply = await fetch(`${listener.localUrl}/c/1/2/3/status?x=%20y`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-signature": "s" },
      body: "a=1&b=%2B",
    });
    expect([reply.status, reply.headers.get("content-type"), await reply.text()]).toEqual([201, "text/xml", "<ok/>"]);
    expect(requests[0]).toMatchObject({ method: "POST", url: "https://voice.example.com/hook/c/1/2/3/status?x=%20y", remoteAddress: "127.0.0.1" });
    expect(requests[0]?.headers["x-signature"]).toBe("s");
    expect(Buffer.from(requests[0]?.body ?? []).toString()).toBe("a=1&b=%2B");
  });

  it("stands for itself where no public URL is configured", async () => {
    const { listener, requests } = await listen();
    await fetch(listener.localUrl);
    expect(requests[0]?.url).toBe(listener.localUrl);
  });

  it("takes no body over 64 KB, no other path and no other method", async () => {
    const { listener, requests } = await listen();
    const large = await fetch(listener.localUrl, { method: "POST", body: "x".repeat(64 * 1024 + 1) });
    const elsewhere = await fetch(new URL("/elsewhere", listener.localUrl));
    const method = await fetch(listener.localUrl, { method: "DELETE" });
    expect([large.status, elsewhere.status, method.status]).toEqual([413, 404, 404]);
    expect(requests).toEqual([]);
  });

  it("says which key to change when its port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const opening = openListener({ port, bind: "127.0.0.1", path: "/", handle: () => ({ status: 200, headers: {}, body: "" }) });
    await expect(opening).rejects.toMatchObject({ code: "listener-failed", message: expect.stringContaining('"serve.port"') as string });
    await new Promise((resolve) => other.close(resolve));
  });
});

describe("the URL that the carrier used", () => {
  it.each([
    ["/voice/webhook", "https://a.example/hook", "https://a.example/hook"],
    ["/voice/webhook/c/1", "https://a.example/hook/", "https://a.example/hook/c/1"],
    ["/voice/webhook?a=1", "https://a.example:8443/x", "https://a.example:8443/x?a=1"],
  ])("%s behind %s is %s", (request, publicUrl, url) => expect(publicUrlOf(request, "/voice/webhook", publicUrl)).toBe(url));
});
