import { definePackage } from "../../tsup.config.base.ts";

/** Everything is bundled: the host installs the tarball alone. */
export default definePackage({
  entry: { index: "src/index.ts", plugin: "src/plugin.ts" },
  noExternal: [/.*/],
  dts: { entry: { index: "src/index.ts" }, resolve: [/^@openclaw\/phone-network/] },
});
