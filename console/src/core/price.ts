// Prices for people. Amounts arrive as decimal text; they are shown per million tokens where they count tokens.

import type { Price } from "./declared";
import { numbers } from "./formats";

export interface ShownPrice {
  input: string | null;
  output: string | null;
  /** What one amount buys: `1M tokens`, `minute`, `1k characters`, … */
  per: string;
  free: boolean;
}

const TOKENS = /^(\d+)([kM]?) tokens?$/;
const FACTOR: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6 };

export function shownPrice(price: Price | null | undefined, locale: string): ShownPrice | null {
  if (!price || (blank(price.input) && blank(price.output) && blank(price.request))) return null;
  const counted = TOKENS.exec(price.per ?? "1M tokens");
  const scale = counted ? 1e6 / (Number(counted[1]) * (FACTOR[counted[2] ?? ""] ?? 1)) : 1;
  const amount = (text: string | null | undefined): string | null =>
    blank(text) ? null : money(Number(text) * scale, price.currency ?? "USD", locale);
  const flat = blank(price.input) && blank(price.output);
  return {
    input: amount(flat ? price.request : price.input),
    output: amount(flat ? null : price.output),
    per: flat ? "request" : counted ? "1M tokens" : (price.per ?? ""),
    free: [price.input, price.output, price.request].every((text) => blank(text) || Number(text) === 0),
  };
}

const blank = (text: string | null | undefined): boolean => text === null || text === undefined || text === "";

/** An amount with as many digits as it needs: cents for what is large, more for what is small. */
export function money(amount: number, currency: string, locale: string): string {
  const small = amount !== 0 && Math.abs(amount) < 1;
  const options = {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    trailingZeroDisplay: "stripIfInteger",
    minimumFractionDigits: 2,
    maximumFractionDigits: small ? 6 : 2,
  };
  return numbers(locale, options as Intl.NumberFormatOptions).format(amount);
}

/** Tokens for people: `128K`, `1M`, `4,096` below ten thousand. A power of two counts in 1024s, as vendors do: 131072 is `128K`, and 128000 too. */
export function tokens(count: number, locale: string): string {
  if (count < 10_000) return numbers(locale).format(count);
  if (count >= 1_000_000) return `${trimmed(count / (count % 1e5 && count % 1_048_576 === 0 ? 1_048_576 : 1e6))}M`;
  return `${trimmed(count / (count % 1000 && count % 1024 === 0 ? 1024 : 1000))}K`;
}

const trimmed = (value: number): string => String(Number(value.toFixed(value < 10 ? 1 : 0)));
