import type { Plugin } from "vite";

/** A script on other people's pages has no style sheets or further files to fetch ahead: Vite's helper for that stays out of it. */
export function unpreloaded(): Plugin {
  return {
    name: "unpreloaded",
    enforce: "pre",
    load: (id) => (id.endsWith("vite/preload-helper.js") ? "export const __vitePreload = (load) => load();" : null),
  };
}
