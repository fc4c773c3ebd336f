import { describe, expect, it } from "vitest";
import { SingleFlight } from "./single-flight.ts";

/** Requests that are answered by hand, in the order in which they were made. */
function requests() {
  const open: { resolve: (result: string) => void; reject: (error: Error) => void }[] = [];
  return { open, work: () => new Promise<string>((resolve, reject) => void open.push({ resolve, reject })) };
}

describe("requests for the same thing", () => {
  it("are one while it is under way", async () => {
    const flights = new SingleFlight<string>();
    const { open, work } = requests();
    const asked = [flights.run("call-1", work), flights.run("call-1", work), flights.run("call-1", work)];
    expect(open).toHaveLength(1);
    open[0]?.resolve("ended");
    expect(await Promise.all(asked)).toEqual(["ended", "ended", "ended"]);
  });

  it("share its failure, and leave no rejection unhandled when all of them look", async () => {
    const flights = new SingleFlight<string>();
    const { open, work } = requests();
    const asked = [flights.run("call-1", work), flights.run("call-1", work)];
    const fault = new Error("no such host");
    open[0]?.reject(fault);
    expect(await Promise.allSettled(asked)).toEqual([{ status: "rejected", reason: fault }, { status: "rejected", reason: fault }]);
  });

  it.each(["resolve", "reject"] as const)("are a new one once it did %s", async (how) => {
    const flights = new SingleFlight<string>();
    const { open, work } = requests();
    const first = flights.run("call-1", work);
    if (how === "resolve") open[0]?.resolve("first");
    else open[0]?.reject(new Error("first"));
    // Asked in the very moment in which the first is over.
    const second = first.then(() => flights.run("call-1", work), () => flights.run("call-1", work));
    await first.catch(() => undefined);
    await Promise.resolve();
    expect(open).toHaveLength(2);
    open[1]?.resolve("second");
    expect(await second).toBe("second");
  });

  it("are a new one after work that threw at once", async () => {
    const flights = new SingleFlight<string>();
    const fault = new Error("at once");
    await expect(flights.run("call-1", () => { throw fault; })).rejects.toBe(fault);
    await expect(flights.run("call-1", () => Promise.resolve("fine"))).resolves.toBe("fine");
  });
});

describe("requests for different things", () => {
  it("are made each for itself", async () => {
    const flights = new SingleFlight<string>();
    const { open, work } = requests();
    const asked = [flights.run("call-1", work), flights.run("call-2", work)];
    expect(open).toHaveLength(2);
    open[1]?.resolve("two");
    open[0]?.resolve("one");
    expect(await Promise.all(asked)).toEqual(["one", "two"]);
  });

  it("run unshared beyond the limit, and are shared again when there is room", async () => {
    const flights = new SingleFlight<number>(2);
    const { open, work } = requests();
    const asked = [flights.run(1, work), flights.run(2, work), flights.run(3, work), flights.run(3, work), flights.run(1, work)];
    expect(open).toHaveLength(4);
    for (const [index, { resolve }] of open.entries()) resolve(`answer ${index}`);
    expect(await Promise.all(asked)).toEqual(["answer 0", "answer 1", "answer 2", "answer 3", "answer 0"]);
    const later = [flights.run(3, work), flights.run(3, work)];
    expect(open).toHaveLength(5);
    open[4]?.resolve("answer 4");
    expect(await Promise.all(later)).toEqual(["answer 4", "answer 4"]);
  });

  it("leave the entry of another alone when they end unshared", async () => {
    const flights = new SingleFlight<string>(1);
    const { open, work } = requests();
    const shared = flights.run("call-1", work);
    const unshared = flights.run("call-2", work);
    open[1]?.resolve("unshared");
    await unshared;
    const again = flights.run("call-1", work);
    expect(open).toHaveLength(2);
    open[0]?.resolve("shared");
    expect(await Promise.all([shared, again])).toEqual(["shared", "shared"]);
  });
});
