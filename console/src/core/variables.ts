// Prompts with places for words: `{{name}}`.

const PLACE = /\{\{\s*([\p{L}\p{N}_.-]+)\s*\}\}/gu;

/** The names of all places, each once, in the order in which they are met. */
export const variablesOf = (...texts: readonly string[]): string[] => [
  ...new Set(texts.flatMap((text) => [...text.matchAll(PLACE)].map((found) => found[1] ?? ""))),
];

/** The text with its places filled; those for which there is nothing stay as they are. */
export const filledIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(PLACE, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? "") : whole));
