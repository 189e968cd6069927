// Routes: names of the operator's that stand for several models.

import type { components } from "./types.gen";

export type Route = components["schemas"]["Route"];
export type Target = components["schemas"]["RouteTarget"];
export type Strategy = Route["strategy"];

/** In the order they are offered: the plain ones first. */
export const STRATEGIES: readonly Strategy[] = [
  "ordered",
  "round_robin",
  "weighted",
  "least_in_flight",
  "latency",
  "cost",
  "sticky",
];

/** The list with the entry at `from` at `to`; as it was where there is no such place. */
export function moved<T>(list: readonly T[], from: number, to: number): readonly T[] {
  const entry = list[from];
  if (entry === undefined || to < 0 || to >= list.length) return list;
  const rest = list.filter((_, at) => at !== from);
  return [...rest.slice(0, to), entry, ...rest.slice(to)];
}

/** What part of the calls a target gets by its weight, 0 to 1; equal parts where all weights are nought. */
export function shareOf(target: Target, targets: readonly Target[]): number {
  const whole = targets.reduce((sum, each) => sum + each.weight, 0);
  return whole ? target.weight / whole : 1 / targets.length;
}
