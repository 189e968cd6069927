// What this browser remembers: theme, language, the width of the rail. A closed storage forgets, and nothing else.

import { type Language, addWords, htmlLanguage, languageFor, loadLanguage } from "../core/i18n";
import english from "../locales/app/en_US.json";
import list from "../locales/list/en_US.json";

export type Theme = "system" | "light" | "dark";
const PREFIX = "modelruntime.";
let ours = true;

/** In somebody else's page nothing is kept. */
export function keepNothing(): void {
  ours = false;
}

export function remembered(name: string): string | null {
  if (!ours) return null;
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string | null): void {
  if (!ours) return;
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Private windows may refuse; the page works without.
  }
}

export function theme(): Theme {
  const kept = remembered("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}

export function setTheme(wanted: Theme): void {
  remember("theme", wanted === "system" ? null : wanted);
  if (wanted === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = wanted;
}

/** The words of the pages in a language, then the language itself. */
export async function speak(language: Language): Promise<void> {
  addWords("en_US", { ...list, ...english });
  if (language !== "en_US") {
    const [own, shared] = await Promise.all([import("../locales/app/zh_Hans.json"), import("../locales/list/zh_Hans.json")]);
    addWords(language, { ...shared.default, ...own.default });
  }
  await loadLanguage(language);
  document.documentElement.lang = htmlLanguage(language);
}

export async function setLanguage(language: Language): Promise<void> {
  remember("language", language);
  await speak(language);
}

export const currentLanguage = (): Language => languageFor(document.documentElement.lang);
