import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const SUFFIX = "?drawing";

/** `import x from "lucide-static/icons/x.svg?drawing"` is what stands inside the picture's svg element: all of them share the rest. */
export function drawings(): Plugin {
  return {
    name: "drawings",
    enforce: "pre",
    async resolveId(source, importer) {
      if (!source.endsWith(SUFFIX)) return null;
      const found = await this.resolve(source.slice(0, -SUFFIX.length), importer, { skipSelf: true });
      return found ? `${found.id}${SUFFIX}` : null;
    },
    load(id) {
      if (!id.endsWith(SUFFIX)) return null;
      const inner = /<svg[^>]*>(.*)<\/svg>/s.exec(readFileSync(id.slice(0, -SUFFIX.length), "utf-8"))?.[1] ?? "";
      return { code: `export default ${JSON.stringify(inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>"))}`, moduleType: "js" };
    },
  };
}
