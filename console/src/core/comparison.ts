// Models side by side: sums over repeated calls, and who is first in what.

import type { ToolCall } from "./chat";
import type { CallRecord } from "./invoke";
import type { Measured } from "./measured";

/** One answer of one model. */
export interface Run {
  text: string;
  /** The whole message of whom it failed with; empty: it did not. */
  error: string;
  /** The tools that it wants called. */
  tools?: readonly ToolCall[];
  /** The JSON Schema that it was asked to follow. */
  wanted?: Readonly<Record<string, unknown>> | null;
  measured: Measured | null;
  record: CallRecord | null;
}

export interface Spread {
  min: number;
  mean: number;
  max: number;
}

export type Measure = "first" | "whole" | "speed" | "cost";
export const MEASURES: readonly Measure[] = ["first", "whole", "speed", "cost"];

export function spread(values: readonly (number | null | undefined)[]): Spread | null {
  const known = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (!known.length) return null;
  return { min: Math.min(...known), mean: known.reduce((sum, value) => sum + value, 0) / known.length, max: Math.max(...known) };
}

export const spreadOf = (runs: readonly Run[], measure: Measure): Spread | null =>
  spread(runs.map((run) => run.measured?.[measure]));

/** How many different answers a model gave. */
export const distinct = (runs: readonly Run[]): number =>
  new Set(runs.filter((run) => !run.error).map((run) => run.text.trim() + called(run))).size;

/** The calls of tools that an answer wants, as text; empty without. Their ids are the vendor's own and say nothing. */
const called = ({ tools = [] }: Run): string =>
  tools.length ? JSON.stringify(tools.map(({ name, arguments: given }) => ({ name, arguments: given }))) : "";

/** For each column what it is best in, by the mean of its runs. Equals share it; one alone, and prices in two currencies, win nothing. */
export function bestIn(columns: readonly (readonly Run[])[]): Measure[][] {
  const found: Measure[][] = columns.map(() => []);
  const currencies = new Set(
    columns.flat().flatMap((run) => (run.measured && run.measured.cost !== null ? [run.measured.currency] : [])),
  );
  for (const measure of MEASURES) {
    if (measure === "cost" && currencies.size > 1) continue;
    const means = columns.map((runs) => spreadOf(runs, measure)?.mean ?? null);
    const known = means.filter((mean): mean is number => mean !== null);
    const best = measure === "speed" ? Math.max(...known) : Math.min(...known);
    if (known.length < 2 || known.every((mean) => mean === best)) continue;
    means.forEach((mean, at) => mean === best && found[at]?.push(measure));
  }
  return found;
}

/** A row of the export: one call. */
export interface ComparisonRow {
  model: string;
  run: number;
  first_token_seconds: number | null;
  seconds: number | null;
  tokens_per_second: number | null;
  input_tokens: number | null;
  output_tokens: number | null;
  cost: number | null;
  currency: string | null;
  error: string | null;
  text: string;
  tool_calls: string | null;
}

export const rowsOf = (columns: readonly { model: string; runs: readonly Run[] }[]): ComparisonRow[] =>
  columns.flatMap(({ model, runs }) =>
    runs.map((run, at) => ({
      model,
      run: at + 1,
      first_token_seconds: run.measured?.first ?? null,
      seconds: run.measured?.whole ?? null,
      tokens_per_second: run.measured?.speed ?? null,
      input_tokens: run.record?.usage?.input?.total ?? null,
      output_tokens: run.record?.usage?.output?.total ?? null,
      cost: run.measured?.cost ?? null,
      currency: run.measured && run.measured.cost !== null ? run.measured.currency : null,
      error: run.error || null,
      text: run.text,
      tool_calls: called(run) || null,
    })),
  );

/** A table for spreadsheets: CRLF, quotes where needed; a cell that begins like a formula is made a text. */
export function csvOf(rows: readonly ComparisonRow[]): string {
  const [head] = rows;
  if (!head) return "";
  const names = Object.keys(head) as (keyof ComparisonRow)[];
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => `${cells.map(cellOf).join(",")}\r\n`)
    .join("");
}

function cellOf(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
