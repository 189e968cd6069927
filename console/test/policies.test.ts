import { describe, expect, it } from "vitest";
import { draftOfPolicy, draftOfPrice, policyOf, priceIn } from "../src/core/policies";

describe("a policy", () => {
  it("goes through its form unchanged, and empty is off", () => {
    const policy = { cache_seconds: 60, hedge_seconds: null, coalesce: true };
    expect(policyOf(draftOfPolicy("a/b", policy))).toEqual(policy);
    expect(policyOf(draftOfPolicy("", null))).toEqual({ cache_seconds: null, hedge_seconds: null, coalesce: false });
    expect([draftOfPolicy("a/b", policy).known, draftOfPolicy("", null).known]).toEqual([true, false]);
  });

  it("leaves to the gateway what is no number", () => {
    expect(policyOf({ ...draftOfPolicy("a", null), cache: "soon", hedge: " 0.5 " })).toEqual({
      cache_seconds: "soon",
      hedge_seconds: 0.5,
      coalesce: false,
    });
  });
});

describe("a price of one's own", () => {
  it("goes through its form unchanged, with what the form does not show", () => {
    const price = {
      overrides: { currency: "EUR", input: "3.50", tiers: [{ above: 1, input: "7" }], unit: "0.001" },
      discount: "0.125",
    };
    const draft = draftOfPrice("a/b", price);
    expect([draft.currency, draft.amounts.input, draft.amounts.output, draft.discount]).toEqual(["EUR", "3.50", "", "12.5"]);
    expect(priceIn(draft)).toEqual(price);
  });

  it("is as declared where nothing is written", () => {
    const draft = draftOfPrice("", null);
    expect(priceIn(draft)).toEqual({ overrides: {}, discount: null });
    expect(priceIn({ ...draft, currency: " usd ", discount: "7", amounts: { ...draft.amounts, output: " 2 " } })).toEqual({
      overrides: { currency: "USD", output: "2" },
      discount: "0.07",
    });
    expect(priceIn({ ...draft, discount: "much" }).discount).toBe("much");
  });
});
