import { defineConfig } from "vite";
import { compressed } from "./plugins/compressed.ts";
import { drawings } from "./plugins/drawings.ts";
import { joined } from "./plugins/joined.ts";
import { squeezed } from "./plugins/squeezed.ts";
import { unpreloaded } from "./plugins/unpreloaded.ts";

/** One file for a script element on any page; the list of providers, the playground and further languages come when they are used. The words and
 * looks of the playground are a file beside it: no file is larger than pages load in one piece. */
export default defineConfig({
  plugins: [unpreloaded(), joined(/pages\/playground\/(index|chat|wire)\.ts$/), drawings(), squeezed(), compressed()],
  publicDir: false,
  build: {
    outDir: "../src/modelruntime/console/dist",
    emptyOutDir: false,
    target: "es2022",
    minify: "terser",
    terserOptions: { module: true, ecma: 2020, compress: { passes: 3, unsafe_arrows: true }, format: { comments: false } },
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    rolldownOptions: {
      input: "src/elements/embed.ts",
      preserveEntrySignatures: "allow-extension",
      output: {
        entryFileNames: "embed.js",
        chunkFileNames: "assets/embed-[name]-[hash].js",
        codeSplitting: { groups: [{ name: "dress", test: /\/src\/(locales\/app\/en_US\.json|styles\/app\.css)/ }] },
      },
    },
  },
});
