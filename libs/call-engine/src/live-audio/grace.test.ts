import { describe, expect, it } from "vitest";
import { createLiveDesk, tell, type LiveDesk, type TestLink } from "../test-support/live-desk.test-support.ts";

/** The voice of a test takes 40 ms for a character: the first sentence is heard for 1.6 seconds. */
const STORY = "Once upon a time there was a nice phone. It rang and rang all day, and nobody answered.";

/** How often our voice was stopped when the caller says words so long after an answer began. */
async function clearsAfter(ms: number): Promise<number> {
  await using desk: LiveDesk = await createLiveDesk();
  const { link }: { readonly link: TestLink } = await desk.talking();
  await desk.callerSays("Tell me a story.");
  desk.questions[0]?.finish(STORY);
  await desk.play(link, ms);
  const before = link.clears;
  tell(desk.ears, { type: "partial", itemId: "words", text: "wait a moment please" });
  return link.clears - before;
}

describe("words into our voice", () => {
  it("stop nothing that has only just begun", async () => {
    expect(await clearsAfter(100)).toBe(0);
  });

  it("stop it at once wherever it is in its middle, also where one sentence follows another", async () => {
    for (let ms = 400; ms < 2000; ms += 100) expect([ms, await clearsAfter(ms)]).toEqual([ms, 1]);
  });
});
