import { describe, expect, it } from "vitest";
import { agreement } from "../src/core/ranks";

describe("the agreement of two orders", () => {
  it.each([
    [[0, 1, 2], [0, 1, 2], 1],
    [[0, 1, 2], [2, 1, 0], -1],
    [[0, 1, 2, 3], [1, 0, 2, 3], 0.8],
    [[3, 0, 1], [9, 1, 0, 8], -1],
    [[0, 1], [2, 3], null],
    [[0], [0], null],
  ])("%j and %j: %s", (left, right, found) => {
    const value = agreement(left, right);
    if (found === null) expect(value).toBeNull();
    else expect(value).toBeCloseTo(found);
  });
});
