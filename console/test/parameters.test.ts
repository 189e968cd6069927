import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { ParameterRule } from "../src/core/declared";
import { type ParameterFault, applyRules, clamped, controlOf, placeOf, valueAt } from "../src/core/parameters";

interface Fixture {
  rules: ParameterRule[];
  cases: {
    values: Record<string, unknown>;
    strict: boolean;
    sent: Record<string, unknown>;
    warnings: (string | null)[][];
    refused: string | null;
  }[];
}

const KINDS: Partial<Record<ParameterFault, string>> = {
  range: "bound",
  precision: "bound",
  options: "bound",
  type: "mapped",
  undeclared: "undeclared",
};
const read = (name: string): Fixture[] =>
  JSON.parse(readFileSync(new URL(`../../tests/fixtures/parameters/${name}.json`, import.meta.url), "utf-8")) as Fixture[];

describe.each(["own", "fleet"])("%s", (name) => {
  it.each(read(name).map((fixture, index) => [index, fixture] as const))("rules %i", (_, { rules, cases }) => {
    expect(cases.length).toBeGreaterThan(0);
    for (const { values, strict, sent, warnings, refused } of cases) {
      const applied = applyRules(rules, values, { strict });
      const outcome = {
        sent: applied.sent,
        warnings: applied.warnings.map((note) => [KINDS[note.code], note.parameter]),
        refused: applied.error?.parameter ?? null,
      };
      expect(outcome, JSON.stringify([values, strict])).toEqual({ sent, warnings, refused });
    }
  });
});

describe("controls", () => {
  it.each<[Partial<ParameterRule>, string]>([
    [{ type: "float", min: 0, max: 2, precision: 2 }, "slider"],
    [{ type: "float", min: 0 }, "number"],
    [{ type: "int", min: 1, max: 1 }, "number"],
    [{ type: "int", options: ["8000", "16000"] }, "select"],
    [{ type: "string", options: ["a"] }, "select"],
    [{ type: "string" }, "text"],
    [{}, "text"],
    [{ type: "text" }, "multiline"],
    [{ type: "boolean" }, "switch"],
  ])("%j is drawn as %s", (rule, kind) => expect(controlOf({ name: "p", ...rule }).kind).toBe(kind));

  it("takes the step from the rule, else from its precision", () => {
    expect(controlOf({ name: "p", type: "float", min: 0, max: 1, precision: 1 })).toMatchObject({ step: 0.1 });
    expect(controlOf({ name: "p", type: "float", min: 0, max: 1, precision: 1, step: 0.25 })).toMatchObject({ step: 0.25 });
  });

  it.each<[Partial<ParameterRule>, string, number | null]>([
    [{ type: "int", min: 1, max: 10 }, "12", 10],
    [{ type: "int", min: 1, max: 10 }, "2.6", 3],
    [{ type: "float", min: 0, max: 2, precision: 1 }, "0.26", 0.3],
    [{ type: "float" }, "x", null],
    [{ type: "float" }, " ", null],
  ])("%j clamps %s to %j", (rule, text, value) => expect(clamped({ name: "p", ...rule }, text)).toBe(value));

  it.each([
    [0, 2, 0.01, "float"],
    [1, 128000, 1, "int"],
  ] as const)("a slider from %d to %d reaches both ends and finds its values again", (min, max, step, type) => {
    const control = controlOf({ name: "p", type, min, max, step });
    if (control.kind !== "slider") throw new Error("no slider");
    expect(valueAt(control, 0)).toBe(min);
    expect(valueAt(control, 1)).toBe(max);
    for (let at = 0; at <= 100; at += 1) {
      const value = valueAt(control, at / 100);
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
      expect(Math.abs(placeOf(control, value) - at / 100)).toBeLessThan(type === "int" ? 0.06 : 0.01);
    }
  });
});
