import { fileURLToPath } from "node:url";
import type { Plugin, Rolldown } from "vite";

const PAGE = /\/src\/pages\/(\w+)(?:\/index)?\.ts$/;
const MAIN = fileURLToPath(new URL("../src/app/main.ts", import.meta.url));
/** Where people arrive. */
const FIRST = "providers";
/** What a page's own file fetches for whoever comes without further wishes. */
const PARTS: Readonly<Record<string, RegExp>> = { playground: /\/src\/pages\/playground\/chat\.ts$/ };

/** So many begin with a file before it is one that they share. */
const SHARING = 3;

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

/** The group of what several pages begin with and the first file has not: as one file, else a page is a dozen requests. What several
 * parts of one page begin with is another, as the other pages need not wait for it. */
export function sharedByPages(): (id: string, graph: Graph) => string | null {
  let first: Set<string> | null = null;
  let pages: Beginnings = [];
  let parts: Beginnings = [];
  return (id, graph) => {
    if (!first) {
      first = importedBy(MAIN, graph);
      pages = fetchedBy(first, graph).filter(([entry]) => PAGE.test(entry));
      parts = fetchedBy(new Set(pages.flatMap(([, page]) => [...page].filter((each) => !first?.has(each)))), graph);
    }
    if (first.has(id)) return null;
    if (isShared(id, pages)) return "shared";
    return isShared(id, parts) && !pages.some(([, page]) => page.has(id)) ? "parts" : null;
  };
}

/** What is fetched later, each with all that it imports before it runs. */
type Beginnings = readonly (readonly [entry: string, modules: ReadonlySet<string>])[];

const isShared = (id: string, beginnings: Beginnings): boolean =>
  beginnings.filter(([, modules]) => modules.has(id)).length >= SHARING;

function fetchedBy(modules: ReadonlySet<string>, graph: Graph): Beginnings {
  const entries = new Set([...modules].flatMap((id) => graph.getModuleInfo(id)?.dynamicallyImportedIds ?? []));
  return [...entries].map((entry) => [entry, importedBy(entry, graph)] as const);
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
