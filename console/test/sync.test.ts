import { describe, expect, it } from "vitest";
import type { ModelInfo } from "../src/core/declared";
import { type OwnPrice, type RemoteDiff, entriesOf, planOf } from "../src/core/sync";

const model = (name: string, enabled = true): ModelInfo => ({
  provider: "acme",
  model: name,
  model_type: "llm",
  status: { code: "active" },
  enabled,
});
const added = (name: string): RemoteDiff["added"][number] => ({
  model: name,
  model_type: "llm",
  label: {},
  context: null,
  features: null,
  pricing: null,
  new: true,
});
/** Defaults are not in an answer of the gateway. */
const price = (input: string): RemoteDiff["prices"][number]["after"] => ({ input }) as RemoteDiff["prices"][number]["after"];
const changed = (name: string, in_force: boolean): RemoteDiff["prices"][number] => ({
  model: name,
  model_type: "llm",
  before: price("1"),
  after: price("2"),
  in_force,
});
const diff = (parts: Partial<RemoteDiff>): RemoteDiff => ({
  provider: "acme",
  fetched_at: 0,
  listed: 1,
  added: [],
  removed: [],
  changed: [],
  prices: [],
  outage: null,
  ...parts,
});
const proposed = (entries: ReturnType<typeof entriesOf>): Set<string> =>
  new Set(entries.filter((each) => each.proposed).map((each) => each.key));

describe("a vendor's list", () => {
  it("proposes what is offered already, to switch off what is gone, and prices that are not in force", () => {
    const found = entriesOf(
      diff({ added: [added("new"), added("off")], removed: ["gone", "never"], prices: [changed("a", false), changed("b", true)] }),
      [model("new"), model("off", false), model("gone")],
    );
    expect(found.map(({ key, proposed: on, settled }) => [key, on, settled])).toEqual([
      ["added llm/new", true, false],
      ["added llm/off", false, false],
      ["removed llm/gone", true, false],
      ["price llm/a", true, false],
      ["price llm/b", false, true],
    ]);
  });

  it("has nothing to say of what is gone and switched off", () => {
    expect(entriesOf(diff({ removed: ["gone"] }), [model("gone", false)])).toEqual([]);
  });

  it("sends only what differs", () => {
    const entries = entriesOf(diff({ added: [added("new"), added("off")], removed: ["gone"] }), [
      model("new"),
      model("off", false),
      model("gone"),
    ]);
    expect(planOf("acme", entries, proposed(entries), {}).switches).toEqual([{ model_type: "llm", model: "gone", enabled: false }]);
    expect(planOf("acme", entries, new Set(["added llm/off"]), {}).switches).toEqual([
      { model_type: "llm", model: "new", enabled: false },
      { model_type: "llm", model: "off", enabled: true },
    ]);
  });

  it("keeps a discount and the operator's other amounts, the model's own before the provider's", () => {
    const entries = entriesOf(diff({ prices: [changed("a", false), changed("b", true)] }), []);
    const whole: OwnPrice = { discount: "0.1", overrides: { reasoning: "9", input: "7" } };
    const told = { currency: "USD", per: "1M tokens", unit: "0.000001", input: "2" };
    const everything = new Set(entries.map(({ key }) => key));
    expect(planOf("acme", entries, everything, { acme: whole }).prices).toEqual({
      "acme/a": { discount: "0.1", overrides: { reasoning: "9", ...told } },
    });
    const own = { acme: whole, "acme/a": { discount: null, overrides: {} } };
    expect(planOf("acme", entries, everything, own).prices["acme/a"]).toEqual({ discount: null, overrides: told });
    expect(planOf("acme", entries, new Set(), own).prices).toEqual({});
  });
});
