import { defineTests } from "../../vitest.base.ts";

/** Tests on a real Gateway with the packed plugin: seconds each, one file at a time so that two cores are enough. */
export default defineTests({
  include: ["e2e/**/*.test.ts"],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  fileParallelism: false,
});
