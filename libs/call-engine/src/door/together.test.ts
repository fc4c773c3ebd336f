import { TelephonyError } from "@openclaw/telephony-contract";
import { describe, expect, it } from "vitest";
import { createDesk } from "../test-support/desk.test-support.ts";
import { DeskCarrier, PULL } from "../test-support/desk-carrier.test-support.ts";

const PULLING = { carrier: new DeskCarrier(PULL) };

describe("webhooks that arrive together", () => {
  it("wait for the disk once, and none is answered before", async () => {
    const waits: number[] = [];
    let written = 0;
    await using desk = await createDesk({
      carrier: new DeskCarrier(PULL),
      ports: ({ store }) => ({
        store: {
          ...store,
          together: (work) => {
            const result = store.together(work);
            waits.push(++written);
            return result;
          },
        },
      }),
    });
    const callId = await desk.call();
    const status = desk.carrier.dials[0]?.urls.status ?? "";
    const replies = ["a", "b", "c"].map((id) => desk.carrier.post(status, { id, events: [desk.carrier.event("ringing", callId)] }));
    const statuses = await Promise.all(replies.map(async (reply) => [(await reply).status, written]));
    expect(statuses).toEqual(Array(3).fill([200, 1]));
    expect(waits).toEqual([1]);
  });

  it("are told apart from their own repetition", async () => {
    await using desk = await createDesk(PULLING);
    const callId = await desk.call({ mode: "conversation" });
    const { urls } = desk.carrier.dials[0] ?? {};
    await desk.carrier.post(urls?.status ?? "", { id: "up", events: [desk.carrier.event("answered", callId)] });
    const pressed = { id: "once", events: [desk.carrier.event("digits", callId, { digits: "7" })] };
    const replies = await Promise.all([1, 2, 3].map(() => desk.carrier.post(urls?.status ?? "", pressed)));
    expect(replies).toEqual(Array(3).fill(replies[0]));
    expect(desk.store.get(callId)?.transcript.map(({ text }) => text)).toEqual(["7"]);
  });

  it("are all to be sent again where they could not be committed, and their calls end", async () => {
    let refuse = false;
    await using desk = await createDesk({
      carrier: new DeskCarrier(PULL),
      ports: ({ store }) => ({
        store: {
          ...store,
          together: (work) => {
            if (!refuse) return store.together(work);
            work();
            throw new TelephonyError("store-unavailable", "the disk is full");
          },
          whenSettled: (settled) => (refuse ? settled(new TelephonyError("store-unavailable", "the disk is full")) : store.whenSettled(settled)),
        },
      }),
    });
    const callId = await desk.call();
    const status = desk.carrier.dials[0]?.urls.status ?? "";
    refuse = true;
    const posts = ["a", "b"].map((id) => desk.carrier.post(status, { id, events: [desk.carrier.event("ringing", callId)] }));
    // A forgery is refused as ever: nobody has to send it again.
    const replies = await Promise.all([...posts, desk.carrier.post(status, { id: "c" }, "forged")]);
    expect(replies.map((reply) => reply.status)).toEqual([500, 500, 403]);
    refuse = false;
    await desk.clock.settle();
    expect(desk.carrier.hangups).toEqual([callId]);
  });
});
