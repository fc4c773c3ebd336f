import { defineTests } from "../../vitest.base.ts";

export default defineTests({ include: ["{src,install}/**/*.test.ts"], testTimeout: 60_000 });
