import { describe, expect, it } from "vitest";
import { type Run, bestIn, csvOf, distinct, rowsOf, spread } from "../src/core/comparison";
import { measured } from "../src/core/measured";
import { difference } from "../src/core/difference";
import type { CallRecord } from "../src/core/invoke";
import { filledIn, variablesOf } from "../src/core/variables";

const record = (more: Partial<CallRecord> = {}): CallRecord => ({ id: "r", seconds: 2, status: 200, ...more });
const run = (more: Partial<CallRecord> = {}, text = "a"): Run => {
  const made = record(more);
  return { text, error: "", record: made, measured: measured(made) };
};
const took = (first: number, cost: string, currency = "USD"): Run =>
  run({ first_token_seconds: first, usage: { output: { total: 50 } }, cost: { total: cost, currency } });

describe("what a call took", () => {
  it.each<[Partial<CallRecord>, number | null, object]>([
    [{ first_token_seconds: 1, usage: { output: { total: 50 } } }, 700, { first: 1, speed: 50 }],
    [{ usage: { output: { total: 50 } } }, 1000, { first: 1, speed: 50 }],
    [{ usage: { output: { total: 50 } } }, null, { first: null, speed: null }],
    [{ first_token_seconds: 1.99, usage: { output: { total: 50 } } }, null, { speed: null }],
    [{ cost: { total: "0.00042", currency: "CNY" } }, null, { cost: 0.00042, currency: "CNY" }],
    [{}, null, { cost: null }],
  ])("%j", (more, firstMs, found) => expect(measured(record(more), firstMs)).toMatchObject(found));
});

describe("several calls", () => {
  it.each([
    [[1, null, 3, undefined], { min: 1, mean: 2, max: 3 }],
    [[null], null],
    [[], null],
  ])("%j", (values, found) => expect(spread(values)).toEqual(found));

  it("counts different answers, failures not", () =>
    expect(distinct([run({}, "a"), run({}, " a "), run({}, "b"), { ...run({}, "c"), error: "x" }])).toBe(2));
});

describe("who is best", () => {
  it("by the mean of the runs, each measure for itself", () =>
    expect(bestIn([[took(0.2, "0.3"), took(0.6, "0.3")], [took(0.5, "0.1")]])).toEqual([["first"], ["speed", "cost"]]));
  it("is nobody where one alone was measured, all are equal, or money differs", () => {
    expect(bestIn([[took(0.2, "0.3")], []])).toEqual([[], []]);
    expect(bestIn([[took(0.2, "0.3")], [took(0.2, "0.3")]])).toEqual([[], []]);
    expect(bestIn([[took(0.2, "0.3")], [took(0.1, "0.1", "CNY")]]).flat()).not.toContain("cost");
  });
  it("is shared by equals", () =>
    expect(bestIn([[took(1, "1")], [took(1, "1")], [took(1, "2")]])).toEqual([["cost"], ["cost"], []]));
});

describe("the export", () => {
  it("is a row for each call, safe in a spreadsheet", () => {
    const rows = rowsOf([{ model: "a/b", runs: [took(0.5, "0.1"), { ...run({}, '=1+"1"\nx'), error: "no" }] }]);
    const [head, first, ...rest] = csvOf(rows).split("\r\n");
    expect(head).toBe(
      "model,run,first_token_seconds,seconds,tokens_per_second,input_tokens,output_tokens,cost,currency,error,text,tool_calls",
    );
    expect(first).toBe("a/b,1,0.5,2,33.333333333333336,,50,0.1,USD,,a,");
    expect(rest).toEqual(['a/b,2,,2,,,,,,no,"\'=1+""1""\nx",', ""]);
  });
  it("tells answers that want other tools apart, and names the calls", () => {
    const wanting = (city: string, id: string): Run => ({
      ...run({}, ""),
      tools: [{ id, name: "weather", arguments: `{"city":"${city}"}` }],
    });
    const runs = [wanting("Oslo", "1"), wanting("Oslo", "2"), wanting("Rome", "3")];
    expect(distinct(runs)).toBe(2);
    expect(rowsOf([{ model: "a/b", runs }])[0]?.tool_calls).toBe('[{"name":"weather","arguments":"{\\"city\\":\\"Oslo\\"}"}]');
  });
  it("is empty without calls", () => expect(csvOf([])).toBe(""));
});

describe("the difference of two texts", () => {
  const told = (before: string, after: string): string =>
    difference(before, after)
      .map(({ kind, text }) => ({ same: text, added: `+${text}+`, removed: `-${text}-` })[kind])
      .join("|");
  it.each([
    ["", "", ""],
    ["a b", "a b", "a b"],
    ["a b c", "a x c", "a |-b-|+x+| c"],
    ["a", "a b", "a|+ b+"],
    ["a b", "b", "-a -|b"],
    ["", "a", "+a+"],
    ["早上好", "早上好!", "早上好|+!+"],
  ])("%j → %j", (before, after, found) => expect(told(before, after)).toBe(found));

  it("holds both texts, however they are mixed", () => {
    for (const [before, after] of [
      ["the cat sat on the mat", "on the mat the cat sat, twice"],
      ["a a b a", "b a a a b"],
      ["x ".repeat(3000), "y ".repeat(3000)],
    ] as const) {
      const pieces = difference(before, after);
      const side = (left: string): string =>
        pieces
          .filter(({ kind }) => kind !== left)
          .map(({ text }) => text)
          .join("");
      expect([side("added"), side("removed")]).toEqual([before, after]);
    }
  });
});

describe("places in a prompt", () => {
  it("are found once each and filled", () => {
    expect(variablesOf("{{ city }} and {{city}}", "{{day.one}} {{}} {x}")).toEqual(["city", "day.one"]);
    expect(filledIn("{{ city }}, {{day}} {{toString}}", { city: "Oslo $&", day: "" })).toBe("Oslo $&,  {{toString}}");
  });
});
