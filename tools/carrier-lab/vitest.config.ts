import { defineTests } from "../../vitest.base.ts";

/** Minutes of telephone calls each, on a virtual clock. */
export default defineTests({ testTimeout: 60_000 });
