import { createRequire } from "node:module";
import { dirname } from "node:path";
import { defineConfig } from "vite";
import { drawings } from "./plugins/drawings.ts";
import { squeezed } from "./plugins/squeezed.ts";
import { unpreloaded } from "./plugins/unpreloaded.ts";

/** Pages of other people, for the tests: HOST says which. Each has the framework that its own manifest names. */
const host = process.env["HOST"] ?? "plain";
const own = createRequire(new URL(`./hosts/${host}/package.json`, import.meta.url));
const frameworks: readonly string[] = Object.keys((own("./package.json") as { dependencies?: object }).dependencies ?? {});

export default defineConfig({
  plugins: [unpreloaded(), drawings(), squeezed()],
  publicDir: false,
  resolve: { alias: frameworks.map((name) => ({ find: name, replacement: dirname(own.resolve(`${name}/package.json`)) })) },
  define: { "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false" },
  build: {
    outDir: "hosts/dist",
    emptyOutDir: false,
    target: "es2022",
    minify: false,
    rolldownOptions: {
      input: `hosts/${host}/main.js`,
      output: { entryFileNames: `${host}.js`, chunkFileNames: `assets/${host}-[name].js` },
    },
  },
});
