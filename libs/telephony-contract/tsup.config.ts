import { definePackage } from "../../tsup.config.base.ts";

export default definePackage({ entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" } });
