import type { Options } from "tsup";
import { defineProvider } from "../../tsup.config.base.ts";

/** Built as every provider, but without a plugin of its own: it comes inside the telephone's. */
const built: Options = { ...(defineProvider() as Options), entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" } };

export default built;
