import { defineTests } from "../../vitest.base.ts";

/** Tests that install what `npm run pack` left in dist/packages; they run npm, seconds each. */
export default defineTests({ include: ["e2e/**/*.test.ts"], testTimeout: 120_000, fileParallelism: false });
