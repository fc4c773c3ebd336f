import { definePackage } from "../../tsup.config.base.ts";

/** Everything is bundled: the host installs the tarball alone. The vendor's SDK stays a chunk of its own, loaded at first use. */
export default definePackage({
  entry: { index: "src/index.ts", plugin: "src/plugin.ts", "testing/index": "src/testing/index.ts" },
  noExternal: [/.*/],
  external: ["msw"],
  dts: { entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" } },
});
