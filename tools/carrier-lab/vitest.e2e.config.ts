import { defineTests } from "../../vitest.base.ts";

/** Tests that start real Gateways: seconds each, one file at a time so that two cores are enough. */
export default defineTests({
  include: ["e2e/**/*.test.ts"],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  fileParallelism: false,
});
