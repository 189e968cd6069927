// Text as the backend treats it: its white space, its length, its way to write numbers.

/** The white space of Python's `str.strip` and `\s`, for use inside a character class. */
export const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const EDGES = new RegExp(`^[${SPACE}]+|[${SPACE}]+$`, "g");

export const strip = (text: string): string => text.replace(EDGES, "");

/** Characters, where JavaScript counts half of them twice. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** A number as the backend writes it: whole ones in digits, tiny ones with a two-digit exponent. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString();
  if (Math.abs(value) >= 1e-4) return String(value);
  return value.toExponential().replace(/e-(\d)$/, "e-0$1");
}
