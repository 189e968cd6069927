import { describe, expect, it } from "vitest";
import { squeeze } from "../plugins/squeezed";

const T = "`";

describe("squeezing templates", () => {
  it.each([
    [`html${T}<p>\n    a\n  </p>${T}`, `html${T}<p> a </p>${T}`],
    [`${T}keep\n  this${T}`, `${T}keep\n  this${T}`],
    [`html${T}\${x ? html${T}<b>\n  c</b>${T} : "}\n"}\n  d${T}`, `html${T}\${x ? html${T}<b> c</b>${T} : "}\n"} d${T}`],
    [
      `html${T}\${a.map((b) => { return {\n c: ${T}x\n  y${T} }; })}${T}`,
      `html${T}\${a.map((b) => { return {\n c: ${T}x\n  y${T} }; })}${T}`,
    ],
    [`// it's\nhtml${T}\n  a${T}`, `// it's\nhtml${T} a${T}`],
    [`html${T}\\${T}\n  a${T}`, `html${T}\\${T} a${T}`],
  ])("%j", (code, squeezed) => expect(squeeze(code)).toBe(squeezed));
});
