import { afterEach, describe, expect, it, vi } from "vitest";
import { Faults, interceptService, serveLoopback, type FakeService, type Fault } from "./index.ts";

const ORIGIN = "https://api.carrier.example";

/** A service that says what it was asked, and counts what it carried out. */
class Echo implements FakeService {
  readonly origin = ORIGIN;
  asked = 0;
  carriedOut = 0;
  readonly faults = new Faults((status) => Response.json({ code: status * 100 }, { status, headers: { "retry-after": "1" } }));

  handle(request: Request): Promise<Response> {
    this.asked++;
    return this.faults.apply(request, async () => {
      this.carriedOut++;
      const body = await request.text();
      return Response.json({ method: request.method, url: request.url, body, type: request.headers.get("content-type") }, { status: 201 });
    });
  }
}

/** The two ways to one service: each gives the address to ask, and the way to take it down. */
const WIRES = {
  "over loopback HTTP": async (service: FakeService) => {
    const server = await serveLoopback(service);
    return { url: server.url, close: () => server.close() };
  },
  "in process": async (service: FakeService) => {
    const interception = await interceptService(service);
    return { url: ORIGIN, close: () => Promise.resolve(interception.close()) };
  },
};

describe.each(Object.entries(WIRES))("a fake service, asked %s", (_name, open) => {
  const closers: (() => Promise<void>)[] = [];
  const start = async () => {
    const echo = new Echo();
    const { url, close } = await open(echo);
    closers.push(async () => {
      echo.faults.close();
      await close();
    });
    const ask = (init: RequestInit = {}) => fetch(`${url}/v1/calls?page=2`, { method: "POST", body: "To=%2B1555", headers: { "content-type": "application/x-www-form-urlencoded" }, ...init });
    return { echo, ask, close };
  };
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  it("sees a request as the real one would, and is answered for", async () => {
    const { ask } = await start();
    const response = await ask();
    expect(response.status).toBe(201);
    expect(await response.json()).toEqual({ method: "POST", url: `${ORIGIN}/v1/calls?page=2`, body: "To=%2B1555", type: "application/x-www-form-urlencoded" });
    expect(await (await ask({ method: "GET", body: null, headers: {} })).json()).toMatchObject({ method: "GET", body: "" });
  });

  it.each([
    ["server-error", 500, '{"code":50000}'],
    ["unauthorized", 401, '{"code":40100}'],
    ["rate-limited", 429, '{"code":42900}'],
    ["garbage", 200, "<!doctype"],
    [{ status: 404, body: "gone", headers: { "x-id": "1" } }, 404, "gone"],
  ] as const)("refuses the next request with %o, and only that", async (fault: Fault, status, text) => {
    const { echo, ask } = await start();
    echo.faults.next(fault);
    const refused = await ask();
    expect(refused.status).toBe(status);
    expect(await refused.text()).toContain(text);
    expect(echo.carriedOut).toBe(0);
    expect((await ask()).status).toBe(201);
  });

  it.each([
    ["lost", 1],
    ["reset", 0],
  ] as const)("breaks the connection as %s, having carried it out %i times", async (fault, times) => {
    const { echo, ask } = await start();
    echo.faults.next(fault);
    await expect(ask()).rejects.toThrow(TypeError);
    expect(echo.carriedOut).toBe(times);
    expect((await ask()).status).toBe(201);
  });

  it("leaves a stalled request alone until it is closed, and then lets it go", async () => {
    const { echo, ask } = await start();
    echo.faults.next("stall");
    let settled = false;
    const stalled = ask().finally(() => (settled = true));
    stalled.catch(() => undefined);
    await vi.waitFor(() => expect(echo.asked).toBe(1));
    expect((await ask()).status).toBe(201);
    expect(settled).toBe(false);
    echo.faults.close();
    await expect(stalled).rejects.toThrow(TypeError);
    await expect(ask()).rejects.toThrow(TypeError);
  });

  it("lets a stalled request go when the client gives up", async () => {
    const { echo, ask } = await start();
    echo.faults.next("stall");
    const deadline = new AbortController();
    const stalled = ask({ signal: deadline.signal });
    stalled.catch(() => undefined);
    await vi.waitFor(() => expect(echo.asked).toBe(1));
    deadline.abort();
    await expect(stalled).rejects.toMatchObject({ name: "AbortError" });
  });

  it("does the same to all requests until told otherwise, with exceptions", async () => {
    const { echo, ask } = await start();
    const statuses = async () => [(await ask()).status, (await ask()).status];
    echo.faults.always("rate-limited");
    echo.faults.next("unauthorized");
    expect(await statuses()).toEqual([401, 429]);
    echo.faults.always();
    expect(await statuses()).toEqual([201, 201]);
    echo.faults.next("lost");
    echo.faults.next("none");
    expect(await statuses()).toEqual([201, 201]);
  });
});
