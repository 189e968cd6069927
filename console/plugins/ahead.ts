import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";

const PAGE = /\/src\/pages\/(\w+)(?:\/index)?\.ts$/;
const MAIN = fileURLToPath(new URL("../src/app/main.ts", import.meta.url));
/** Where people arrive. */
const FIRST = "providers";
/** What a page's own file fetches for whoever comes without further wishes. */
const PARTS: Readonly<Record<string, RegExp>> = { playground: /\/src\/pages\/playground\/chat\.ts$/ };

export const AHEAD = "ahead.json";

/** What a page is made of, by the first part of its path, for whoever serves it: the browser asks for all of it at once. */
export function ahead(): Plugin {
  return {
    name: "ahead",
    apply: "build",
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const main = chunks.find((chunk) => chunk.isEntry && chunk.moduleIds.includes(MAIN));
      if (!main) return;
      const there = new Set(closure(bundle, [main.fileName]));
      const found: Record<string, string[]> = {};
      for (const chunk of chunks) {
        const page = PAGE.exec(chunk.facadeModuleId ?? "")?.[1];
        if (!page || !main.dynamicImports.includes(chunk.fileName)) continue;
        const parts = chunks.filter((each) => PARTS[page]?.test(each.facadeModuleId ?? ""));
        found[page] = closure(
          bundle,
          [chunk, ...parts].map((each) => each.fileName),
        ).filter((name) => !there.has(name));
      }
      found[""] = found[FIRST] ?? [];
      this.emitFile({ type: "asset", fileName: AHEAD, source: JSON.stringify(found) });
    },
  };
}

/** Files and all that they import before they run. */
function closure(bundle: Rolldown.OutputBundle, names: readonly string[]): string[] {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    const file = bundle[name];
    if (file?.type === "chunk") file.imports.forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}

type Graph = Pick<Rolldown.PluginContext, "getModuleInfo">;

/** The group of what several pages import and the first file has not: as one file, else a page is a dozen requests. */
export function sharedByPages(): (id: string, graph: Graph) => string | null {
  let first: Set<string> | null = null;
  return (id, graph) => {
    first ??= importedBy(MAIN, graph);
    return first.has(id) ? null : "shared";
  };
}

function importedBy(start: string, graph: Graph): Set<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id)) return;
    found.add(id);
    graph.getModuleInfo(id)?.importedIds.forEach(visit);
  };
  visit(start);
  return found;
}
