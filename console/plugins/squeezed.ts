import type { Plugin } from "vite";

/** Indentation inside html and css templates is one space to a browser: it need not be sent. */
export function squeezed(): Plugin {
  return {
    name: "squeezed",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      return /\/src\/[^?]*\.ts$/.test(id) ? { code: squeeze(code), map: null } : null;
    },
  };
}

const OPENING = /(?:html|css|svg)`$/;

/** Walks templates and the expressions in them; everything else stays as it is. */
export function squeeze(code: string): string {
  let out = "";
  let at = 0;

  const template = (tagged: boolean): void => {
    while (at < code.length) {
      const letter = code[at] as string;
      if (letter === "`") return take();
      if (letter === "\\") take();
      else if (code.startsWith("${", at)) {
        take();
        take();
        expression();
        continue;
      } else if (tagged && letter === "\n") {
        out = out.trimEnd();
        while (/\s/.test(code[at] ?? "")) at += 1;
        out += " ";
        continue;
      }
      take();
    }
  };

  const expression = (): void => {
    let depth = 0;
    while (at < code.length) {
      const letter = code[at] as string;
      if (letter === "}" && depth === 0) return take();
      if (letter === "{") depth += 1;
      if (letter === "}") depth -= 1;
      if (letter === '"' || letter === "'") quoted(letter);
      else if (code.startsWith("//", at)) until("\n");
      else if (code.startsWith("/*", at)) until("*/");
      else {
        take();
        if (letter === "`") template(OPENING.test(out));
      }
    }
  };

  const quoted = (mark: string): void => {
    take();
    while (at < code.length && code[at] !== mark) {
      if (code[at] === "\\") take();
      take();
    }
    take();
  };

  const until = (end: string): void => {
    const found = code.indexOf(end, at);
    const stop = found < 0 ? code.length : found + end.length;
    out += code.slice(at, stop);
    at = stop;
  };

  const take = (): void => {
    out += code[at] ?? "";
    at += 1;
  };

  while (at < code.length) expression();
  return out;
}
