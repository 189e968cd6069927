// What a call took.

import type { CallRecord } from "./invoke";

export interface Measured {
  /** Seconds to the first token. */
  first: number | null;
  /** Seconds of the whole. */
  whole: number | null;
  /** Tokens a second after the first. */
  speed: number | null;
  cost: number | null;
  currency: string;
}

/** Shorter than this nothing was generated: the answer came in one piece. */
const SHORTEST = 0.05;

/** What a call took. `firstMs` is as seen in the browser, for where the gateway does not say. */
export function measured(record: CallRecord, firstMs: number | null = null): Measured {
  const first = record.first_token_seconds ?? (firstMs === null ? null : firstMs / 1000);
  const output = record.usage?.output?.total;
  const generating = record.seconds - (first ?? 0);
  const cost = record.cost?.total;
  return {
    first,
    whole: record.seconds,
    speed: output && first !== null && generating > SHORTEST ? output / generating : null,
    cost: cost === null || cost === undefined ? null : Number(cost),
    currency: record.cost?.currency ?? "USD",
  };
}
