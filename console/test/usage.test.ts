import { describe, expect, it } from "vitest";
import { type UsageRow, bucketsOf, currenciesOf, measured, roundedUp, seriesOf } from "../src/core/usage";

const NOTHING: UsageRow = {
  audio_seconds: 0,
  cache_read_tokens: 0,
  cache_write_tokens: 0,
  cached: 0,
  calls: 0,
  characters: 0,
  cost: {},
  failed: 0,
  group: {},
  input_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  searches: 0,
  seconds: 0,
  start: null,
  unpriced: 0,
};
const row = (model: string, start: number | null, rest: Partial<UsageRow>): UsageRow => ({
  ...NOTHING,
  group: { model },
  start,
  ...rest,
});
const NOON = Date.UTC(2026, 10, 28, 12, 30) / 1000;

describe("buckets", () => {
  it.each([
    ["24h", 0, "2026-11-27T13:00:00.000Z", "2026-11-28T12:00:00.000Z", 24],
    ["7d", 0, "2026-11-22T00:00:00.000Z", "2026-11-28T00:00:00.000Z", 7],
    ["7d", 480, "2026-11-21T16:00:00.000Z", "2026-11-27T16:00:00.000Z", 7],
    ["30d", -300, "2026-10-30T05:00:00.000Z", "2026-11-28T05:00:00.000Z", 30],
    ["24h", 330, "2026-11-27T13:30:00.000Z", "2026-11-28T12:30:00.000Z", 24],
  ] as const)("of %s, %i minutes east of UTC", (range, offset, first, last, count) => {
    const found = bucketsOf(range, NOON, offset);
    const at = (start: number | undefined): string => new Date((start ?? 0) * 1000).toISOString();
    expect([at(found[0]), at(found.at(-1)), found.length]).toEqual([first, last, count]);
  });
});

describe("series", () => {
  const buckets = [100, 200, 300];

  it("are the largest first, without holes, and the rest in one", () => {
    const rows = [
      row("a", 100, { calls: 1 }),
      row("b", 300, { calls: 5 }),
      row("c", 200, { calls: 2 }),
      row("a", 200, { calls: 2 }),
    ];
    expect(seriesOf(rows, buckets, "calls", 1)).toEqual([
      { name: "b", values: [0, 0, 5], total: 5 },
      { name: null, values: [1, 4, 0], total: 5 },
    ]);
    expect(seriesOf(rows, buckets, "calls", 3).map((each) => each.name)).toEqual(["b", "a", "c"]);
  });

  it("leave out who has none of what is shown, and what began before", () => {
    const rows = [
      row("a", 100, { cost: { USD: "0.25" } }),
      row("b", 100, { cost: { CNY: "3" } }),
      row("a", 50, { cost: { USD: "9" } }),
    ];
    expect(seriesOf(rows, buckets, "cost:USD", 6)).toEqual([{ name: "a", values: [0.25, 0, 0], total: 0.25 }]);
    expect(currenciesOf(rows)).toEqual(["CNY", "USD"]);
  });

  it("count calls, failures, tokens or money", () => {
    const one = row("a", null, { calls: 4, failed: 1, input_tokens: 10, output_tokens: 5, cost: { USD: "0.5" } });
    expect(["calls", "failed", "tokens", "cost:USD", "cost:EUR"].map((each) => measured(one, each))).toEqual([4, 1, 15, 0.5, 0]);
  });
});

describe("an axis", () => {
  it.each([
    [0, 1],
    [1, 1],
    [11, 20],
    [21, 25],
    [0.0031, 0.005],
    [100, 100],
    [730, 1000],
  ])("for %d ends at %d", (value, end) => expect(roundedUp(value)).toBeCloseTo(end, 10));
});
