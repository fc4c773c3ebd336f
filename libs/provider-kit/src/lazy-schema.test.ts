import { expect, it, vi } from "vitest";
import type { StandardSchema } from "@openclaw/telephony-contract";
import { lazySchema } from "./lazy-schema.ts";

it("loads a lazy schema with the first value and gives its verdict", async () => {
  const load = vi.fn(async (): Promise<StandardSchema<number>> => ({
    "~standard": {
      version: 1,
      vendor: "test",
      validate: (value) => (typeof value === "number" ? { value } : { issues: [{ message: "not a number" }] }),
    },
  }));
  const schema = lazySchema(load);
  expect(load).not.toHaveBeenCalled();
  expect(await schema["~standard"].validate(3)).toEqual({ value: 3 });
  expect(await schema["~standard"].validate("3")).toEqual({ issues: [{ message: "not a number" }] });
});
