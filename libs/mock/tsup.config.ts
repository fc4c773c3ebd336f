import { definePackage } from "../../tsup.config.base.ts";

/** Everything is bundled: the host installs the tarball alone. `dts.resolve` does the same for the types. */
export default definePackage({
  entry: { index: "src/index.ts", plugin: "src/plugin.ts" },
  noExternal: [/.*/],
  dts: { entry: { index: "src/index.ts" }, resolve: true },
});
