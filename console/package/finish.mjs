// After the build: declarations that every kind of module resolution reads, and the manifest of the elements.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
const TYPES = join(DIST, "types");
const SOURCE = join(HERE, "..", "src");
const ELEMENTS = {
  "credential-form": "index",
  "model-picker": "index",
  "parameter-panel": "index",
  "provider-list": "index",
  playground: "playground",
};

/** `./x` is written `./x.js`; words, which are JSON, get a declaration of their own. */
function resolvable(file) {
  const folder = dirname(file);
  const text = readFileSync(file, "utf-8").replace(/((?:from|import)\s*\(?\s*)"(\.[^"]*)"/g, (_, before, path) => {
    if (path.endsWith(".json")) return `${before}"${wordsOf(folder, path)}"`;
    return `${before}"${path}${existsSync(join(folder, path, "index.d.ts")) ? "/index" : ""}.js"`;
  });
  writeFileSync(file, text);
}

function wordsOf(folder, path) {
  const name = path.slice(0, -".json".length);
  const words = JSON.parse(readFileSync(join(SOURCE, relative(TYPES, folder), path), "utf-8"));
  const keys = Object.keys(words).map((key) => `  readonly ${JSON.stringify(key)}: string;\n`);
  mkdirSync(join(folder, dirname(name)), { recursive: true });
  writeFileSync(join(folder, `${name}.d.ts`), `declare const words: {\n${keys.join("")}};\nexport default words;\n`);
  return `${name}.js`;
}

/** Every element with what may be set and heard, in version 1 of the custom-elements manifest. */
function manifest() {
  const draft = join(DIST, "analysed.json");
  const files = Object.keys(ELEMENTS).map((name) => join(SOURCE, "elements", `${name}.ts`));
  const command = join(HERE, "..", "node_modules", ".bin", "wca");
  execFileSync(process.execPath, [command, "analyze", ...files, "--format", "json2", "--outFile", draft, "--silent"], {
    stdio: "ignore",
  });
  const found = JSON.parse(readFileSync(draft, "utf-8"))
    .modules.flatMap((module) => module.exports)
    .filter((each) => each.tagName);
  rmSync(draft);
  const modules = Object.values(ELEMENTS).filter((entry, at, all) => all.indexOf(entry) === at);
  const entryOf = (element) => ELEMENTS[element.tagName.slice("mr-".length)];
  return {
    schemaVersion: "1.0.0",
    modules: modules.map((entry) => {
      const path = `dist/${entry}.js`;
      const own = found.filter((element) => entryOf(element) === entry);
      const exported = own.flatMap((element) => [
        { kind: "js", name: element.name, declaration: { name: element.name, module: path } },
        { kind: "custom-element-definition", name: element.tagName, declaration: { name: element.name, module: path } },
      ]);
      return { kind: "javascript-module", path, declarations: own.map(declarationOf), exports: exported };
    }),
  };
}

function declarationOf({ name, description, tagName, members = [], attributes = [], events = [], cssParts = [] }) {
  const plain = members.filter((each) => each.privacy === "public" && !each.inheritedFrom && each.name !== "styles");
  const typed = ({ type, ...rest }) => (type ? { ...rest, type: { text: type } } : rest);
  return {
    kind: "class",
    name,
    description,
    customElement: true,
    tagName,
    superclass: { name: "LitElement", package: "lit" },
    members: plain.map(({ kind, name, description, type, default: value }) =>
      typed({ kind, name, description, type, default: value }),
    ),
    attributes: attributes.map(({ name, fieldName, description, type }) => typed({ name, fieldName, description, type })),
    events: events.map(({ name, description }) => ({ name, description, type: { text: "CustomEvent" } })),
    cssParts,
    cssProperties: ["--mr-accent", "--mr-radius", "--mr-font"].map((name) => ({ name })),
  };
}

for (const name of readdirSync(TYPES, { recursive: true })) if (name.endsWith(".d.ts")) resolvable(join(TYPES, name));
writeFileSync(join(DIST, "custom-elements.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
writeFileSync(join(DIST, "LICENSE"), readFileSync(join(HERE, "..", "..", "LICENSE")));
