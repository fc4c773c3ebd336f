import { definePackage } from "../../tsup.config.base.ts";

/** Everything is bundled: the host installs the tarball alone. */
export default definePackage({
  entry: { index: "src/index.ts", plugin: "src/plugin.ts", "testing/index": "src/testing/index.ts" },
  noExternal: [/.*/],
  dts: {
    entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
    // The private package's types come along; found by its sources, since it is not built.
    compilerOptions: { paths: { "@openclaw/phone-network": ["../phone-network/src/index.ts"], "@openclaw/phone-network/wire": ["../phone-network/src/wire/index.ts"] } },
  },
});
