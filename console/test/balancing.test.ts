import { describe, expect, it } from "vitest";
import { Cooldowns, type CredentialHealth, groupsOf, keysIn } from "../src/core/balancing";
import type { CredentialView } from "../src/core/gateway-client";

const view = (id: string, model?: string): CredentialView => ({
  id,
  provider: "acme",
  name: id,
  enabled: true,
  active: false,
  weight: 1,
  created_at: 0,
  updated_at: 0,
  ...(model ? { model, model_type: "llm" } : {}),
});
const health = (credential_id: string, cooldown: number): CredentialHealth => ({
  credential_id,
  cooldown,
  state: cooldown ? "open" : "closed",
  resting: [],
  models: 1,
  in_flight: 0,
  attempts: 1,
  failures: 0,
  last_error: null,
});

describe("credentials", () => {
  it("are grouped by whose they are, the provider's own first", () => {
    const groups = groupsOf("acme", [view("c", "mine"), view("a"), view("b"), view("d", "mine")]);
    expect(groups.map(({ name, views }) => [name, views.map(({ id }) => id)])).toEqual([
      ["acme", ["a", "b"]],
      ["acme/mine", ["c", "d"]],
    ]);
  });
});

describe("pasted keys", () => {
  it.each([
    ["sk-a\nsk-b\r\n\n sk-c ", ["sk-a", "sk-b", "sk-c"], 0],
    ["sk-a, sk-b;sk-a", ["sk-a", "sk-b"], 1],
    ["export KEY=\"sk-a\"\nKEY_2 = 'sk-b'\n# old: sk-c", ["sk-a", "sk-b"], 0],
    ["  \n", [], 0],
    ["AKIA=not+a/name==", ["not+a/name=="], 0],
  ])("%j", (text, keys, repeated) => expect(keysIn(text)).toEqual({ keys, repeated }));
});

describe("cool-downs", () => {
  it("run down from what they were when they were first seen", () => {
    const cooldowns = new Cooldowns();
    cooldowns.take([health("a", 10), health("b", 0)], 100);
    expect(cooldowns.of("a", 105)).toEqual({ seconds: 5, part: 0.5 });
    expect(cooldowns.of("b", 105)).toBeNull();
    cooldowns.take([health("a", 4)], 106);
    expect(cooldowns.of("a", 106)).toEqual({ seconds: 4, part: 0.4 });
    expect([cooldowns.resting(109), cooldowns.resting(110)]).toEqual([true, false]);
    expect(cooldowns.of("a", 111)).toBeNull();
  });

  it("begin anew when one is made longer, and end when it is over before its time", () => {
    const cooldowns = new Cooldowns();
    cooldowns.take([health("a", 10)], 0);
    cooldowns.take([health("a", 120)], 5);
    expect(cooldowns.of("a", 5)).toEqual({ seconds: 120, part: 1 });
    cooldowns.take([health("a", 0)], 6);
    expect(cooldowns.of("a", 6)).toBeNull();
  });
});
