import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { serveLoopback, type FakeService, type LoopbackServer } from "./index.ts";

describe("a loopback server", () => {
  const servers: LoopbackServer[] = [];
  const serve = async (handle: FakeService["handle"], port = 0) => {
    const server = await serveLoopback({ origin: "https://api.carrier.example", handle }, { port });
    servers.push(server);
    return server;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  it("answers to any name, and the service sees its own", async () => {
    const { url } = await serve(({ url, headers }) => Promise.resolve(Response.json([url, headers.get("host")])));
    const answer = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(`${url}/v1//calls?a=b`, { headers: { host: "api.carrier.example" } }, (response) => {
        response.setEncoding("utf8").once("data", resolve);
      });
      request.once("error", reject).end();
    });
    expect(JSON.parse(answer)).toEqual(["https://api.carrier.example/v1//calls?a=b", "api.carrier.example"]);
  });

  it("answers a HEAD request and one without content", async () => {
    const { url } = await serve(() => Promise.resolve(new Response(null, { status: 204, headers: { "x-id": "7" } })));
    const response = await fetch(url, { method: "HEAD" });
    expect([response.status, response.headers.get("x-id")]).toEqual([204, "7"]);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(204);
  });

  it("refuses a body of more than a megabyte, and takes one of a megabyte", async () => {
    const { url } = await serve(async (request) => new Response(String((await request.arrayBuffer()).byteLength)));
    const post = (bytes: number) => fetch(url, { method: "POST", body: new Uint8Array(bytes) });
    expect((await post(1024 * 1024 + 1)).status).toBe(413);
    expect(await (await post(1024 * 1024)).text()).toBe("1048576");
  });

  it("turns a defect of the service into a server error, and stays up", async () => {
    let defect = true;
    const { url } = await serve(() => (defect ? Promise.reject(new Error("a defect")) : Promise.resolve(new Response("fine"))));
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([500, ""]);
    defect = false;
    expect(await (await fetch(url)).text()).toBe("fine");
  });

  it("does not understand what is no HTTP, and stays up", async () => {
    const { url } = await serve(() => Promise.resolve(new Response("fine")));
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1", () => void socket.write("hello?\r\n\r\n"));
    await new Promise<void>((resolve) => socket.once("error", () => undefined).once("close", () => resolve()));
    expect(await (await fetch(url)).text()).toBe("fine");
  });

  it("says so where its port is taken", async () => {
    const { url } = await serve(() => Promise.resolve(new Response()));
    await expect(serve(() => Promise.resolve(new Response()), Number(new URL(url).port))).rejects.toMatchObject({ code: "unavailable" });
  });

  it("breaks every connection when it closes, also of a request under way, and tells the service", async () => {
    let asked: () => void;
    const reached = new Promise<void>((resolve) => (asked = resolve));
    let gone = false;
    const server = await serve(({ signal }) => {
      signal.addEventListener("abort", () => (gone = true));
      asked();
      return new Promise<never>(() => undefined);
    });
    const asking = fetch(server.url);
    asking.catch(() => undefined);
    await reached;
    await server.close();
    await expect(asking).rejects.toThrow(TypeError);
    await expect(fetch(server.url)).rejects.toThrow(TypeError);
    await vi.waitFor(() => expect(gone).toBe(true));
    await server.close();
  });
});
