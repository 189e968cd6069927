import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LANGUAGES, languageFor, loadLanguage, translate } from "../src/core/i18n";

const SOURCE = new URL("../src/", import.meta.url);
const PARTS = ["elements", "list", "frame", "app"];
const read = (part: string, language: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`locales/${part}/${language}.json`, SOURCE), "utf-8")) as Record<string, string>;

const sources = (readdirSync(SOURCE, { recursive: true }) as string[])
  .filter((name) => name.endsWith(".ts"))
  .map((name) => readFileSync(new URL(name.replaceAll("\\", "/"), SOURCE), "utf-8"))
  .join("\n");

/** Keys that are put together from a code of the backend or of this program. */
const MADE = /^(type|status|problem|theme|per|feature|error|actor|why|todo)\./;
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "").sort();

describe.each(PARTS)("%s", (part) => {
  const english = read(part, "en_US");

  it.each(Object.keys(LANGUAGES))("%s says everything, with the same names in it", (language) => {
    const words = read(part, language);
    expect(Object.keys(words)).toEqual(Object.keys(english));
    for (const [key, text] of Object.entries(words)) {
      expect(text.trim(), key).not.toBe("");
      expect(placeholders(text), key).toEqual(placeholders(english[key] ?? ""));
    }
  });

  it("holds nothing that nobody says", () => {
    const unused = Object.keys(english).filter((key) => {
      const stem = key.replace(/\.(one|other)$/, "");
      return !MADE.test(key) && !sources.includes(`"${stem}"`) && !sources.includes(`\`${stem}`) && !madeOf(stem);
    });
    expect(unused).toEqual([]);
  });
});

/** Keys such as `keys.rpm`, said as `keys.${name}`. */
const madeOf = (stem: string): boolean =>
  sources.includes(`\`${stem.split(".")[0]}.\${`) && sources.includes(`"${stem.split(".").at(-1)}"`);

describe("translation", () => {
  it("chooses by count and writes numbers as the language does", async () => {
    await loadLanguage("zh_Hans");
    expect(translate("en_US", "problem.too_long", { max: 1200 })).toBe("At most 1,200 characters.");
    expect(translate("zh_Hans", "form.save")).toBe("验证并保存");
    expect(translate("zh_Hans", "no.such.key")).toBe("no.such.key");
    expect(translate("en_US", "problem.required", {})).toBe("Fill in {label}.");
  });

  it.each([
    ["zh-CN", "zh_Hans"],
    ["zh_Hant", "zh_Hans"],
    ["en", "en_US"],
    ["de-DE", "en_US"],
    [null, "en_US"],
  ])("%s is spoken as %s", (tag, language) => expect(languageFor(tag)).toBe(language));
});
