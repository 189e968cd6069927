// The log of calls: what a filter asks for, and where each attempt lies in the time of its call.

import type { ModelType } from "./declared";
import type { components } from "./types.gen";

export type Call = components["schemas"]["CallView"];
export type Attempt = components["schemas"]["AttemptRecord"];

export interface CallPage {
  data: readonly Call[];
  /** Where the next page begins; null: there is none. */
  next: string | null;
}

/** What the address says; empty: all. */
export interface CallFilter {
  outcome: "" | "ok" | "failed";
  type: ModelType | "";
  provider: string;
  model: string;
  key: string;
  /** Only calls of so many of the last seconds. */
  last: number;
}

/** The filter as the gateway takes it. `now` in seconds. */
export const queryOf = (filter: CallFilter, now: number): Record<string, string | number | null> => ({
  outcome: filter.outcome || null,
  model_type: filter.type || null,
  provider: filter.provider || null,
  model: filter.model || null,
  key_id: filter.key || null,
  since: filter.last ? now - filter.last : null,
});

export const isFailed = (call: Pick<Call, "status">): boolean => call.status >= 400;

/** Would the gateway have listed this call? For those that end while one watches. */
export function passes(call: Call, filter: CallFilter): boolean {
  return (
    (!filter.outcome || (filter.outcome === "failed") === isFailed(call)) &&
    (!filter.type || call.model_type === filter.type) &&
    (!filter.provider || call.provider === filter.provider) &&
    (!filter.model || call.model === filter.model) &&
    (!filter.key || call.key_id === filter.key)
  );
}

/** Calls newest first, each once; what is known of a call twice is what `fresh` says. */
export function merged(fresh: readonly Call[], known: readonly Call[]): Call[] {
  const byId = new Map([...known, ...fresh].map((call) => [call.id, call]));
  return [...byId.values()].sort((left, right) => right.started_at - left.started_at || (left.id < right.id ? 1 : -1));
}

export interface Placed {
  attempt: Attempt;
  /** Parts of the call's time: when it began, how long it took. */
  start: number;
  length: number;
}

/** Where the attempts lie in the time of their call, each between 0 and 1 and never invisible. */
export function timeline(call: Pick<Call, "started_at" | "seconds" | "attempts">): Placed[] {
  const whole = Math.max(
    call.seconds,
    ...call.attempts.map((attempt) => attempt.started_at - call.started_at + attempt.seconds),
    1e-6,
  );
  return call.attempts.map((attempt) => {
    const start = Math.min(0.99, Math.max(0, (attempt.started_at - call.started_at) / whole));
    return { attempt, start, length: Math.max(0.01, Math.min(attempt.seconds / whole, 1 - start)) };
  });
}
