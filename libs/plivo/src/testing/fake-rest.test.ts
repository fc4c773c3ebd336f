import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openBench, type Bench } from "../test/bench.ts";
import { ACCOUNT } from "./index.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const AUTH = `Basic ${Buffer.from(`${ACCOUNT.authId}:${ACCOUNT.authToken}`).toString("base64")}`;
const CALL = { from: "15550100001", to: "15550100002", answer_url: "https://voice.example.com/document/k1" };

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`https://api.plivo.com${path.startsWith("/v1") ? path : `/v1/Account/${ACCOUNT.authId}${path}`}`, {
    method,
    headers: { authorization: AUTH, "content-type": "application/json", ...headers },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : text };
}

describe("the fake's API", () => {
  it.each(["", "Basic Zm9v", "Bearer token", AUTH.toLowerCase()])("knows nobody by the credentials %j", async (authorization) => {
    expect(await ask("POST", "/Call/", CALL, { authorization })).toMatchObject({ status: 401, body: expect.stringContaining("login with proper credentials") as string });
    expect(bench.fake.placed).toBe(0);
  });

  it("places a call, and names the request", async () => {
    expect(await ask("POST", "/Call/", CALL)).toEqual({
      status: 201,
      body: { message: "call fired", request_uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, api_id: expect.any(String) as string },
    });
  });

  it.each<[Record<string, unknown>, string]>([
    [{ to: undefined }, "to parameter is missing"],
    [{ from: "anonymous" }, "from parameter is not valid"],
    [{ answer_url: "voice.example.com" }, "answer_url parameter is not valid"],
    [{ answer_method: "PUT" }, "answer_method parameter is not valid"],
    [{ ring_timeout: "30" }, "ring_timeout parameter is not valid"],
    [{ time_limit: 90_000 }, "time_limit parameter is not valid"],
    [{ send_digits: "1A" }, "send_digits parameter is not valid"],
    [{ machine_detection: "maybe" }, "machine_detection parameter is not valid"],
    [{ machine_detection: "true" }, "machine_detection_url is missing"],
    [{ is_voice_request: "true" }, "is_voice_request is not a parameter"],
    [{ constructor: "x" }, "constructor is not a parameter"],
  ])("refuses a call with %o", async (wrong, error) => {
    expect(await ask("POST", "/Call/", { ...CALL, ...wrong })).toMatchObject({ status: 400, body: { error: expect.stringContaining(error) as string } });
    expect(bench.fake.placed).toBe(0);
  });

  it("refuses what is no JSON object", async () => {
    for (const body of ["", "[]", "null", "to=1", "{"]) expect(await ask("POST", "/Call/", body)).toMatchObject({ status: 400 });
    expect(await ask("POST", "/Call/", CALL, { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({ status: 400 });
  });

  it.each([
    ["POST", "/Call"],
    ["GET", "/Call/../../x/"],
    ["GET", "/Conference/"],
    ["GET", "/v1/Account/MA0000000000SOMEBODY/Call/1/"],
    ["GET", "/v2/Account/"],
  ])("does not know %s %s", async (method, path) => {
    expect(await ask(method, path, method === "POST" ? CALL : undefined)).toMatchObject({ status: 404 });
  });

  it("does not take other methods, and does not know other calls", async () => {
    expect(await ask("PUT", "/Call/1/", {})).toMatchObject({ status: 405 });
    expect(await ask("GET", "/Call/nobody/?status=dead")).toMatchObject({ status: 400 });
    for (const path of ["/Call/nobody/", "/Call/nobody/?status=live", "/Call/nobody/?status=queued"]) expect(await ask("GET", path)).toMatchObject({ status: 404 });
    for (const path of ["/Call/nobody/", "/Request/nobody/"]) expect(await ask("DELETE", path)).toMatchObject({ status: 404 });
  });

  it("changes a call that is up, with the parameters for that, and no other", async () => {
    const { callUuid } = await bench.placed();
    const change = { legs: "aleg", aleg_url: "https://voice.example.com/document/k2", aleg_method: "POST" };
    expect(await ask("POST", `/Call/${callUuid}/`, change)).toMatchObject({ status: 404 });
    bench.party.answer();
    await bench.clock.settle();
    for (const wrong of [{ legs: "both" }, { aleg_url: undefined }, { bleg_url: "https://voice.example.com" }]) {
      expect(await ask("POST", `/Call/${callUuid}/`, { ...change, ...wrong })).toMatchObject({ status: 400 });
    }
    expect(await ask("POST", `/Call/${callUuid}/`, change)).toMatchObject({ status: 202, body: { message: "call transfered", call_uuids: [callUuid] } });
  });

  it("ends every call of the account where no id is given, as Plivo does", async () => {
    await bench.placed();
    expect(await ask("DELETE", "/Call/")).toMatchObject({ status: 204 });
    expect(bench.party.state()).toBe("ended");
  });

  it("takes no more calls than the network carries", async () => {
    const statuses = new Set<number>();
    for (let call = 0; call < 201; call++) statuses.add((await ask("POST", "/Call/", CALL)).status);
    expect([...statuses]).toEqual([201, 403]);
  });
});
