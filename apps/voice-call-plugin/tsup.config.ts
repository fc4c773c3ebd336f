import { REQUIRE_BANNER, definePackage } from "../../tsup.config.base.ts";

/**
 * The entry is what the host evaluates at every load, so it stays tiny; everything else is in chunks of its own that are
 * imported when the telephone starts. All dependencies are bundled: an installed tarball needs nothing but the host.
 */
export default definePackage({
  dts: false,
  splitting: true,
  // `node:sqlite` has no other name.
  removeNodeProtocol: false,
  external: [/^openclaw(\/|$)/],
  noExternal: [/^(?!node:|openclaw(\/|$))/],
  banner: { js: REQUIRE_BANNER },
});
