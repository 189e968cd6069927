import { describe, expect, it } from "vitest";
import { coloured, colouredHtml } from "../src/core/highlight";

const shown = (text: string, language: string): string =>
  coloured(text, language)
    .filter((token) => token.colour)
    .map((token) => `${token.colour}=${token.text}`)
    .join(" ");

describe("colours", () => {
  it.each([
    ["json", '{"a": "b: c", "n": -1.5e3, "t": true}', 'name="a" text="b: c" name="n" number=-1.5e3 name="t" word=true'],
    ["py", 'def f(x): # "no"\n  return f"a{1}"', 'word=def comment=# "no" word=return text=f"a{1}"'],
    ["python", '"""a\n"b" """ + 1', 'text="""a\n"b" """ number=1'],
    ["bash", 'curl -H "k: $K" $URL # end', 'word=curl name=-H text="k: $K" name=$URL comment=# end'],
    ["ts", "const a = `x${1}`; // c", "word=const text=`x${1}` comment=// c"],
    ["sql", "SELECT a FROM b -- c", "word=SELECT word=FROM comment=-- c"],
    ["yaml", "a: 1 # c\nb-c: 'x'", "name=a number=1 comment=# c name=b-c text='x'"],
    ["html", '<a href="x">', 'word=<a text="x" word=>'],
    ["cobol-2002", "if 1", "word=if number=1"],
    ["", "if 1", ""],
  ])("of %s in %j", (language, text, found) => expect(shown(text, language)).toBe(found));

  it.each(["json", "python", "bash", "ts", "sql", "yaml", "html"])("lose nothing of a %s text, however broken", (language) => {
    for (const text of ["", '"open', "'''open", "/* open", "a`b", "# \n\n$", "<!-- ", "\\\"'`#//"]) {
      const tokens = coloured(text, language);
      expect(tokens.map((token) => token.text).join("")).toBe(text);
    }
  });

  it("keep a text a text in HTML", () =>
    expect(colouredHtml('"<b>" & 1', "json")).toBe(
      '<span class="hl-text">&quot;&lt;b&gt;&quot;</span> &amp; <span class="hl-number">1</span>',
    ));

  it("are left out of what is very long", () => expect(coloured("1 ".repeat(40_000), "json")).toHaveLength(1));
});
