// Words. A catalogue is flat: key → text with {names}; `.one` and `.other` where a count decides. The elements have theirs, the
// console's pages bring more.

import { numbers, plurals } from "./formats";
import english from "../locales/elements/en_US.json";
import type pages from "../locales/app/en_US.json";
import type frame from "../locales/frame/en_US.json";
import type list from "../locales/list/en_US.json";

type Counted<K> = K extends `${infer Stem}.${"one" | "other"}` ? Stem | K : K;
export type Key = Counted<keyof typeof english | keyof typeof list | keyof typeof frame | keyof typeof pages>;
export type Catalogue = Readonly<Record<string, string>>;
export type Words = Readonly<Record<string, string | number>>;

export const LANGUAGES = { en_US: "English", zh_Hans: "简体中文" } as const;
export type Language = keyof typeof LANGUAGES;

const catalogues: Record<string, Catalogue> = { en_US: english };
const further: Record<string, Record<string, string>> = {};

/** The language of ours that fits a tag of the browser (`zh-CN`, `en`, …). */
export function languageFor(tag: string | null | undefined): Language {
  const stem = (tag ?? "").toLowerCase().split(/[-_]/)[0];
  return stem === "zh" ? "zh_Hans" : "en_US";
}

export const htmlLanguage = (language: string): string => language.replaceAll("_", "-");

/** The words of a part that is not on every page. */
export function addWords(language: Language, words: Catalogue): void {
  further[language] = { ...further[language], ...words };
}

/** English is always there, other languages come when they are spoken. */
export async function loadLanguage(language: Language): Promise<void> {
  if (!hasLanguage(language)) catalogues[language] = (await import("../locales/elements/zh_Hans.json")).default;
}

export const hasLanguage = (language: string): boolean => Object.hasOwn(catalogues, language);

/** The text of a key in a language, its {names} filled in. A number named `count` chooses between `.one` and `.other`. */
export function translate(language: string, key: string, words: Words = {}): string {
  const text = plural(language, key, words) ?? plural("en_US", key, words) ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = words[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? numbers(language).format(value) : value;
  });
}

function plural(language: string, key: string, words: Words): string | undefined {
  const find = (name: string): string | undefined => catalogues[language]?.[name] ?? further[language]?.[name];
  const count = words["count"];
  if (typeof count !== "number") return find(key);
  return find(`${key}.${plurals(language).select(count)}`) ?? find(`${key}.other`) ?? find(key);
}
