import { defineProvider } from "../../tsup.config.base.ts";

export default defineProvider({ bundlesCommonJs: true });
