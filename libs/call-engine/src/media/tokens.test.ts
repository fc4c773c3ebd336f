import { createLogRecorder, createVirtualClock } from "@openclaw/telephony-contract/testing";
import { describe, expect, it } from "vitest";
import { TOKEN_MS, TokenBook, type Ticket } from "./tokens.ts";

function createBook() {
  const clock = createVirtualClock();
  const log = createLogRecorder();
  const book = new TokenBook(clock, log);
  const ticket = (token: string): Ticket => {
    const found = book.find(token);
    if (typeof found === "string") throw new Error(found);
    return found;
  };
  return { clock, log, book, ticket };
}

describe("the book of tokens", () => {
  it("says what became of each", async () => {
    const { book, ticket, clock } = createBook();
    for (const token of ["reserved", "used", "void"]) book.issue(token === "void" ? "gone" : token, token);
    book.reserve(ticket("reserved"));
    const used = ticket("used");
    book.reserve(used);
    expect(book.use(used)).toBeUndefined();
    book.forget("gone");
    book.issue("late", "expired");
    await clock.advance(TOKEN_MS);
    expect(["reserved", "used", "void", "expired", "other"].map((token) => book.find(token))).toEqual([
      "reserved-token",
      "used-token",
      "call-over",
      "expired-token",
      "unknown-token",
    ]);
    expect(book.size).toBe(1);
  });

  it("keeps a reserved token over its time, and ends it when it is given back", async () => {
    const { book, ticket, clock, log } = createBook();
    book.issue("a", "one");
    book.issue("b", "two");
    const [one, two] = [ticket("one"), ticket("two")];
    [one, two].forEach((held) => book.reserve(held));
    await clock.advance(TOKEN_MS + 1000);
    expect(book.use(one)).toBeUndefined();
    book.release(two);
    expect(book.find("two")).toBe("expired-token");
    expect(log.lines.map(({ message, fields }) => [message, fields])).toEqual([
      [expect.stringContaining("every socket that brought it ended before the stream started"), { call: "b", attempts: 1 }],
    ]);
  });

  it("ends a call's older tokens with the first one that is used", () => {
    const { book, ticket } = createBook();
    ["first", "second", "third"].forEach((token) => book.issue("a", token));
    book.issue("b", "other");
    const first = ticket("first");
    book.reserve(first);
    expect(book.use(ticket("second"))).toBeUndefined();
    expect([book.find("first"), book.use(first)]).toEqual(["superseded", "superseded"]);
    expect([ticket("third").callId, ticket("other").callId]).toEqual(["a", "b"]);
  });

  it("is bounded for each call and in what it remembers", () => {
    const { book, clock } = createBook();
    for (let i = 0; i < 50; i++) book.issue("a", `token${i}`);
    expect([book.size, clock.pending]).toEqual([8, 8]);
    expect([book.find("token41"), book.find("token42")]).toEqual(["superseded", expect.objectContaining({ token: "token42" })]);
    for (let i = 0; i < 2000; i++) {
      book.issue("b", `more${i}`);
      book.forget("b");
    }
    expect([book.find("token41"), book.find("more0"), book.find("more1999")]).toEqual(["unknown-token", "unknown-token", "call-over"]);
  });

  it("takes the same token for the same call once more, and for no other", () => {
    const { book } = createBook();
    book.issue("a", "same");
    book.issue("a", "same");
    expect(book.size).toBe(1);
    expect(() => book.issue("b", "same")).toThrow("issued a second time");
    book.forget("a");
    expect(() => book.issue("a", "same")).toThrow("issued a second time");
    for (const token of ["", "with-hyphen", "a/b", "x".repeat(129)]) expect(() => book.issue("a", token), token).toThrow("alphanumeric");
  });

  it("leaves no timer when it closes", () => {
    const { book, clock } = createBook();
    book.issue("a", "one");
    book.issue("b", "two");
    book.close();
    expect([book.size, clock.pending, book.find("one")]).toEqual([0, 0, "server-closing"]);
  });
});
