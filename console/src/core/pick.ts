import type { I18nText } from "./declared";

/** The text in `language`, else in a regional sibling of it, else in `en_US`, else any; empty for no text at all. */
export function pick(text: I18nText | null | undefined, language = "en_US"): string {
  if (!text) return "";
  const wanted = language.replaceAll("-", "_");
  const exact = text[wanted];
  if (exact !== undefined) return exact;
  const stem = wanted.split("_", 1)[0];
  for (const [tag, value] of Object.entries(text)) if (tag.split("_", 1)[0] === stem) return value;
  return text["en_US"] ?? Object.values(text)[0] ?? "";
}
