import { defineConfig } from "vite";
import { ahead, sharedByPages } from "./plugins/ahead.ts";
import { compressed } from "./plugins/compressed.ts";
import { drawings } from "./plugins/drawings.ts";
import { squeezed } from "./plugins/squeezed.ts";

const gateway = process.env["MODELRUNTIME_GATEWAY"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  base: "./",
  plugins: [drawings(), squeezed(), ahead(), compressed()],
  build: {
    outDir: "../src/modelruntime/console/dist",
    emptyOutDir: true,
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Imports that a group leaves out stay where the bundler puts them: with them the first file would come apart.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: sharedByPages() }], includeDependenciesRecursively: false } },
    },
  },
  server: { proxy: { "/api": gateway, "/v1": gateway } },
});
