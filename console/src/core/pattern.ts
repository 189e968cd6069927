// A declared pattern is a regular expression of Python that the whole value must match.

import { SPACE } from "./text";

const CLASSES: Readonly<Record<string, string>> = {
  d: "\\p{Nd}",
  w: "\\p{L}\\p{N}_",
  s: SPACE,
};
const cache = new Map<string, RegExp | null>();

/** The pattern for this engine; null where it uses what only Python has: then the backend alone judges the value. */
export function compilePattern(pattern: string): RegExp | null {
  let found = cache.get(pattern);
  if (found === undefined) {
    try {
      found = new RegExp(`^(?:${translate(pattern)})$`, "u");
    } catch {
      found = null;
      console.warn(`this pattern is left to the backend: ${pattern}`);
    }
    cache.set(pattern, found);
  }
  return found;
}

function translate(pattern: string): string {
  let out = "";
  let inside = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at] as string;
    if (letter === "\\") {
      at += 1;
      out += escaped(pattern[at] ?? "", inside);
    } else if (!inside && pattern.startsWith("(?P<", at)) {
      out += "(?<";
      at += 3;
    } else {
      if (letter === "[") inside = true;
      if (letter === "]") inside = false;
      out += letter;
    }
  }
  return out;
}

function escaped(letter: string, inside: boolean): string {
  const found = CLASSES[letter];
  if (found) return inside ? found : `[${found}]`;
  const opposite = CLASSES[letter.toLowerCase()];
  if (opposite && !inside) return `[^${opposite}]`;
  if (letter === "A") return "^";
  if (letter === "Z") return "$";
  if (/[\^$\\.*+?()[\]{}|/a-zA-Z0-9]/.test(letter) || (inside && letter === "-")) return `\\${letter}`;
  return letter;
}
