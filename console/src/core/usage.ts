// What was used, made ready to be drawn: ranges of time, buckets without holes, the few groups that matter and the rest.

import type { components } from "./types.gen";

export type UsageRow = components["schemas"]["UsageRow"];
export type Grouping = "model" | "provider" | "key_id" | "model_type" | "workspace";
export type Bucket = "hour" | "day";

export const GROUPINGS: readonly Grouping[] = ["model", "provider", "key_id", "model_type", "workspace"];

/** Name → how many buckets of which width, the last one being now. */
export const RANGES = {
  "24h": { bucket: "hour", count: 24 },
  "7d": { bucket: "day", count: 7 },
  "30d": { bucket: "day", count: 30 },
  "90d": { bucket: "day", count: 90 },
} as const satisfies Record<string, { bucket: Bucket; count: number }>;
export type Range = keyof typeof RANGES;

const SECONDS: Readonly<Record<Bucket, number>> = { hour: 3600, day: 86_400 };

/** The beginnings of all buckets of a range, in seconds, oldest first. `offset` is the time zone's, in minutes east of UTC. */
export function bucketsOf(range: Range, now: number, offset: number): number[] {
  const { bucket, count } = RANGES[range];
  const width = SECONDS[bucket];
  const last = Math.floor((now + offset * 60) / width) * width - offset * 60;
  return Array.from({ length: count }, (_, at) => last - (count - 1 - at) * width);
}

/** What a row counts for: `calls`, `failed`, `tokens`, or `cost:` with a currency. */
export function measured(row: UsageRow, measure: string): number {
  if (measure === "calls") return row.calls;
  if (measure === "failed") return row.failed;
  if (measure === "tokens") return row.input_tokens + row.output_tokens;
  return Number(row.cost[measure.slice("cost:".length)] ?? 0);
}

export const currenciesOf = (rows: readonly UsageRow[]): string[] =>
  [...new Set(rows.flatMap((row) => Object.keys(row.cost)))].sort();

export const groupOf = (row: UsageRow): string => Object.values(row.group)[0] ?? "";

export interface Series {
  /** The group's own name; null: all that have none of their own. */
  name: string | null;
  values: readonly number[];
  total: number;
}

/** One series for each of the `most` largest groups, one for the rest; a value for every bucket, nought where nothing happened. */
export function seriesOf(rows: readonly UsageRow[], buckets: readonly number[], measure: string, most: number): Series[] {
  const at = new Map(buckets.map((start, index) => [start, index]));
  const found = new Map<string, number[]>();
  for (const row of rows) {
    const index = row.start === null ? undefined : at.get(row.start);
    if (index === undefined) continue;
    const values = found.get(groupOf(row)) ?? buckets.map(() => 0);
    values[index] = (values[index] ?? 0) + measured(row, measure);
    found.set(groupOf(row), values);
  }
  const all = [...found].map(([name, values]): Series => ({ name, values, total: sum(values) }));
  all.sort((left, right) => right.total - left.total || (left.name ?? "").localeCompare(right.name ?? ""));
  const shown = all.filter((series) => series.total > 0);
  const rest = shown.splice(most);
  if (!rest.length) return shown;
  const values = buckets.map((_, index) => sum(rest.map((series) => series.values[index] ?? 0)));
  return [...shown, { name: null, values, total: sum(values) }];
}

/** The next of 1, 2, 2.5, 5 × a power of ten: where an axis ends. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return step * power;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
