import { describe, expect, it } from "vitest";
import { prepare, search } from "../src/core/search";
import { offsetsOf, spanOf } from "../src/core/window";

const NAMES = ["alpha-4.1-mini", "alpha-4.1", "beta-sonnet", "Café au lait", "向量模型", "gamma/alpha"];
const rows = prepare(NAMES, (name) => [name]);

describe("search", () => {
  it.each([
    ["", NAMES],
    ["alpha-4.1", ["alpha-4.1", "alpha-4.1-mini"]],
    ["mini alpha", ["alpha-4.1-mini"]],
    ["alpha", ["alpha-4.1-mini", "alpha-4.1", "gamma/alpha"]],
    ["cafe", ["Café au lait"]],
    ["CAFÉ", ["Café au lait"]],
    ["向量", ["向量模型"]],
    ["bsonnet", ["beta-sonnet"]],
    ["xyz", []],
  ])("%j finds %j", (query, found) => expect(search(rows, query)).toEqual(found));

  it("goes through 5,000 models within 50 ms", () => {
    const many = prepare(
      Array.from({ length: 5000 }, (_, at) => `provider-${at % 140}/model-${at}-instruct-${(at * 7919) % 1000}b`),
      (name) => [name, `A model with the number ${name}`, "提供商"],
    );
    for (const query of ["m", "instruct 7", "provider-139 model", "zzz", "mdl99"]) {
      search(many, query);
      const best = Math.min(...[1, 2, 3].map(() => timed(() => search(many, query))));
      expect(best, query).toBeLessThan(50);
    }
  });
});

describe("windows", () => {
  const offsets = offsetsOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], (row) => (row % 2 ? 44 : 28));

  it("covers exactly what is seen, and some more", () => {
    expect(offsets.at(-1)).toBe(360);
    expect(spanOf(offsets, 0, 72, 0)).toEqual({ first: 0, end: 3 });
    expect(spanOf(offsets, 80, 40, 0)).toEqual({ first: 2, end: 4 });
    expect(spanOf(offsets, 300, 1000, 2)).toEqual({ first: 6, end: 10 });
    expect(
      spanOf(
        offsetsOf([], () => 1),
        0,
        100,
      ),
    ).toEqual({ first: 0, end: 0 });
  });
});

function timed(work: () => void): number {
  const began = performance.now();
  work();
  return performance.now() - began;
}
