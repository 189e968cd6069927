import { defineConfig } from "vite";
import pages from "./vite.config.ts";

/** The page in other people's frames, beside the console and sharing no file with it: neither waits for pieces of the other. */
export default defineConfig({
  ...pages,
  publicDir: false,
  build: {
    ...pages.build,
    emptyOutDir: false,
    rolldownOptions: {
      input: "frame.html",
      output: { entryFileNames: "assets/frame-[hash].js", chunkFileNames: "assets/frame-[name]-[hash].js" },
    },
  },
});
