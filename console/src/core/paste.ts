// A pasted JSON object or .env text fills the fields it names.

import type { FormField } from "./declared";

/** Variable → value for every field that the text names by variable or environment name; null when it is neither kind. */
export function readPasted(fields: readonly FormField[], text: string): Record<string, unknown> | null {
  const given = asJson(text) ?? asEnvironment(text);
  if (!given) return null;
  const found: Record<string, unknown> = {};
  for (const field of fields) {
    const name = [field.variable, ...(field.env ?? [])].find((candidate) => Object.hasOwn(given, candidate));
    if (name !== undefined) found[field.variable] = given[name];
  }
  return Object.keys(found).length ? found : null;
}

function asJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*$/;

function asEnvironment(text: string): Record<string, unknown> | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() && !line.trim().startsWith("#"));
  const rows = lines.map((line) => LINE.exec(line));
  if (!rows.length || rows.some((row) => row === null)) return null;
  return Object.fromEntries(rows.map((row) => [row?.[1] ?? "", row?.[2] ?? row?.[3] ?? row?.[4] ?? ""]));
}
