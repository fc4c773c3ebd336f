import { definePackage } from "../../tsup.config.base.ts";

/** Everything but test tools is bundled: the host installs the tarball alone. The SDK stays a chunk of its own, loaded at first use. */
export default definePackage({
  entry: { index: "src/index.ts", plugin: "src/plugin.ts", "testing/index": "src/testing/index.ts" },
  noExternal: [/^(?!msw($|\/))/],
  external: [/^msw($|\/)/],
  dts: {
    entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
    // The private package's types come along; found by its sources, since it is not built.
    compilerOptions: { paths: { "@openclaw/phone-network": ["../phone-network/src/index.ts"], "@openclaw/phone-network/wire": ["../phone-network/src/wire/index.ts"] } },
  },
});
