import { defineTests } from "../../vitest.base.ts";

export default defineTests({ execArgv: ["--expose-gc"] });
