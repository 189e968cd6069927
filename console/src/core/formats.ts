// Writers of numbers and dates, made once for each way to write: making one takes longer than drawing a row.

const kept = new Map<string, unknown>();

function once<T>(kind: string, language: string, options: object, make: (tag: string) => T): T {
  const key = kind + language + JSON.stringify(options);
  if (!kept.has(key)) kept.set(key, make(language.replaceAll("_", "-")));
  return kept.get(key) as T;
}

/** Numbers in a language of ours. */
export const numbers = (language: string, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat =>
  once("n", language, options, (tag) => new Intl.NumberFormat(tag, options));

/** Dates and times in a language of ours. */
export const dates = (language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
  once("d", language, options, (tag) => new Intl.DateTimeFormat(tag, options));

/** Which form of a word a count takes. */
export const plurals = (language: string): Intl.PluralRules => once("p", language, {}, (tag) => new Intl.PluralRules(tag));
