import { describe, expect, it } from "vitest";
import { createMediaRoom, listenTo } from "./media-room.test-support.ts";
import { carrierSays } from "./strict-codec.test-support.ts";
import { TOKEN_MS } from "./tokens.ts";
import { connectMedia, createWsRoom } from "./ws-room.test-support.ts";

/** A carrier that drops the query of the URL that it is given, as some do, and then connects and begins its stream. */
async function carrierConnects(url: string, call: string) {
  const caller = await connectMedia(url.replace(/\?.*$/, ""));
  caller.socket.send(carrierSays.hello());
  caller.socket.send(carrierSays.begin([call]));
  return caller;
}

describe("pain 04: a media stream is not rejected for its token", () => {
  it("over a carrier that drops the query: the stream is taken, and the same token is not taken again", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const caller = await carrierConnects(`${room.url("token1")}?from=%2B15550100000`, "CA");
    const link = await room.started;
    const heard = listenTo(link);
    caller.socket.send(carrierSays.audio(1));
    caller.socket.send(carrierSays.end());
    await link.closed;
    expect(heard).toEqual([1]);
    await expect(carrierConnects(room.url("token1"), "CA")).rejects.toThrow("HTTP 403");
    expect(room.log.lines.at(-1)).toMatchObject({ level: "warn", fields: { reason: "used-token" } });
  });

  it("over a carrier that connects again after its first connection broke", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    const broken = await connectMedia(room.url("token1"));
    broken.socket.terminate();
    while (room.media.sizes.pending > 0) await new Promise(setImmediate);
    await carrierConnects(room.url("token1"), "CA");
    expect((await room.started).formatIn.encoding).toBe("mulaw");
  });

  it("while a token does not open another call's stream", async () => {
    await using room = await createWsRoom();
    room.media.expect("a", "token1");
    room.media.expect("b", "token2");
    const caller = await carrierConnects(room.url("token1"), "CB");
    expect(await caller.closed).toEqual({ code: 1008, reason: "wrong-call" });
    expect(room.links).toEqual([]);
    await carrierConnects(room.url("token2"), "CB");
    await room.started;
  });

  it("and every refusal says which of its reasons it has", async () => {
    const { server, clock, refusal, connect, logged } = createMediaRoom();
    ["used", "reserved", "late", "over"].forEach((token) => server.expect(token === "over" ? "b" : "a", token));
    connect("used").say(carrierSays.begin(["CA"]));
    server.forget("b");
    await clock.advance(TOKEN_MS);
    server.expect("c", "reserved2");
    connect("reserved2");
    const reasons = ["", "never", "used", "reserved2", "over"].map((token) => refusal(token)?.reason);
    expect(reasons).toEqual(["missing-token", "unknown-token", "used-token", "reserved-token", "call-over"]);
    expect(refusal("late")?.reason).toBe("expired-token");
    const told = logged("warn").flatMap(({ fields }) => (fields["reason"] === undefined ? [] : [fields["reason"]]));
    expect(told).toEqual([...reasons, "expired-token"]);
  });

  it("and a token that no carrier ever brought is warned about, with where to look", async () => {
    const { server, clock, logged } = createMediaRoom();
    server.expect("a", "token1");
    await clock.advance(TOKEN_MS - 1);
    expect(logged("warn")).toEqual([]);
    await clock.advance(1);
    expect(logged("warn")).toMatchObject([{ message: expect.stringContaining('"streaming.streamPath"') as string, fields: { call: "a", attempts: 0 } }]);
    expect(server.sizes.tokens).toBe(0);
  });
});
