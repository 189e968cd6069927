import { defineConfig } from "vite";
import { drawings } from "./plugins/drawings.ts";
import { joined } from "./plugins/joined.ts";
import { squeezed } from "./plugins/squeezed.ts";

const ENTRIES = ["index", "playground", "core", "react", "react-playground", "jsx"];

/** The elements for pages with a build of their own: what they need of others is named in `package/package.json`, not carried. */
export default defineConfig({
  plugins: [joined(/pages\/playground\/(index|chat|wire)\.ts$/), drawings(), squeezed()],
  publicDir: false,
  build: {
    outDir: "package/dist",
    emptyOutDir: true,
    target: "es2022",
    minify: false,
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    lib: { entry: Object.fromEntries(ENTRIES.map((name) => [name, `src/package/${name}.ts`])), formats: ["es"] },
    rolldownOptions: {
      external: /^(lit|@lit\/react|react|marked|dompurify|eventsource-parser)(\/|$)/,
      output: { entryFileNames: "[name].js", chunkFileNames: "parts/[name]-[hash].js" },
    },
  },
});
