// What an operator switches on for a model or a route, and the operator's own prices, as people write them: empty is off, or as declared.

import type { OwnPrice } from "./sync";
import type { components } from "./types.gen";

export type CallPolicy = components["schemas"]["CallPolicy"];
export type Policies = Readonly<Record<string, CallPolicy>>;

export interface PolicyDraft {
  name: string;
  /** It is there already: its name stays. */
  known: boolean;
  cache: string;
  hedge: string;
  coalesce: boolean;
}

const textOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value as string | number));
/** A number where it is one; else as it stands, for the gateway to refuse. */
const numberIn = (text: string): unknown => (text.trim() === "" ? null : Number.isNaN(Number(text)) ? text : Number(text));

export const draftOfPolicy = (name: string, policy: CallPolicy | null): PolicyDraft => ({
  name,
  known: policy !== null,
  cache: textOf(policy?.cache_seconds),
  hedge: textOf(policy?.hedge_seconds),
  coalesce: policy?.coalesce ?? false,
});

export const policyOf = ({ cache, hedge, coalesce }: PolicyDraft): Record<string, unknown> => ({
  cache_seconds: numberIn(cache),
  hedge_seconds: numberIn(hedge),
  coalesce,
});

/** The amounts that can be set in place of the declared ones. */
export const AMOUNTS = ["input", "output", "cache_read", "cache_write", "reasoning", "request"] as const;
export type Amount = (typeof AMOUNTS)[number];

export interface PriceDraft {
  name: string;
  known: boolean;
  currency: string;
  amounts: Readonly<Record<Amount, string>>;
  /** In per cent. */
  discount: string;
  /** What else was overridden; it stays. */
  rest: Readonly<Record<string, unknown>>;
}

export function draftOfPrice(name: string, price: OwnPrice | null): PriceDraft {
  const { currency, ...overrides } = { currency: undefined, ...price?.overrides } as Record<string, unknown>;
  const rest = Object.fromEntries(Object.entries(overrides).filter(([key]) => !(AMOUNTS as readonly string[]).includes(key)));
  const amounts = Object.fromEntries(AMOUNTS.map((key) => [key, textOf(overrides[key])])) as Record<Amount, string>;
  const discount = price?.discount ? percent(price.discount) : "";
  return { name, known: price !== null, currency: textOf(currency), amounts, discount, rest };
}

/** `0.2` is `20`, exactly: the point moves two places. */
const percent = (share: string): string => String(Number((Number(share) * 100).toFixed(8)));

export function priceIn({ currency, amounts, discount, rest }: PriceDraft): OwnPrice {
  const set = AMOUNTS.map((key) => [key, amounts[key].trim()] as const).filter(([, text]) => text !== "");
  const code = currency.trim().toUpperCase();
  const share = Number(discount) / 100;
  const text = discount.trim();
  return {
    overrides: { ...rest, ...(code ? { currency: code } : {}), ...Object.fromEntries(set) },
    discount: text === "" ? null : Number.isNaN(share) ? text : String(Number(share.toFixed(10))),
  };
}
