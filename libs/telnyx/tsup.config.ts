import { defineProvider } from "../../tsup.config.base.ts";

// The test kit brings `ws`, which is CommonJS.
export default defineProvider({ bundlesCommonJs: true });
