import type { Plugin } from "vite";

const DYNAMIC = /import\((["'])(\.[^"']*)\1\)/g;

/** The parts of a page that are fetched one by one in the console come with it where it stands alone: in one file for embedding. */
export function joined(page: RegExp): Plugin {
  return {
    name: "joined",
    enforce: "pre",
    transform(code, id) {
      if (!page.test(id)) return null;
      const parts = [...code.matchAll(DYNAMIC)].map((found) => found[2] as string);
      const ahead = parts.map((part) => `import ${JSON.stringify(part)};`).join("");
      return { code: ahead + code.replace(DYNAMIC, "Promise.resolve()"), map: null };
    },
  };
}
