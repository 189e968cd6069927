import { describe, expect, it } from "vitest";
import { accountBody, changesOf, differencesOf, draftOf, draftOfAccount, idFor } from "../src/core/settings";

const SETTINGS = {
  keep_content: false,
  content_days: 30,
  ledger_days: null,
  audit_days: null,
  timeout: null,
  egress_allow: ["10.0.0.0/8"],
};

describe("settings", () => {
  it("are sent where they were changed; an empty one goes back to its default", () => {
    const draft = draftOf(SETTINGS);
    expect(changesOf(draft, SETTINGS)).toEqual({});
    const numbers = { ...draft.numbers, content_days: " ", ledger_days: "90", timeout: "soon" };
    expect(changesOf({ keep_content: true, numbers, egress: "\n" }, SETTINGS)).toEqual({
      keep_content: true,
      content_days: null,
      ledger_days: 90,
      timeout: "soon",
      egress_allow: null,
    });
  });
});

describe("an account", () => {
  const account = {
    id: "a",
    name: "eve",
    role: "admin",
    workspace: "team",
    disabled: false,
    created_at: 0,
    last_login_at: null,
  } as const;

  it("keeps its password where none is typed", () => {
    expect(accountBody(draftOfAccount(account), false)).toEqual({ role: "admin", workspace: "team", disabled: false });
    expect(accountBody({ ...draftOfAccount(account), disabled: true, password: "long enough" }, false)).toEqual({
      role: "admin",
      workspace: "team",
      disabled: true,
      password: "long enough",
    });
  });

  it("begins with a name and a password", () => {
    const draft = { ...draftOfAccount(null), name: " bob ", password: "long enough" };
    expect(accountBody(draft, true)).toEqual({ name: "bob", password: "long enough", role: "viewer", workspace: "" });
  });
});

describe("the id of a workspace", () => {
  it.each([
    ["The Team", "the-team"],
    [" R&D 2 ", "r-d-2"],
    ["团队", ""],
    ["-_x", "x"],
    ["a".repeat(80), "a".repeat(63)],
  ])("%j is %j", (name, id) => expect(idFor(name)).toBe(id));
});

describe("an entry of the audit log", () => {
  it("tells what differs, and nothing else", () => {
    const before = { name: "main", weight: 1, values: { a: 1 } };
    expect(differencesOf({ before, after: { name: "main", weight: 3, values: { a: 1 } } })).toEqual([
      { name: "weight", before: "1", after: "3" },
    ]);
    expect(differencesOf({ before: null, after: { role: "admin" } })).toEqual([{ name: "role", before: "–", after: "admin" }]);
    expect(differencesOf({ before: null, after: null })).toEqual([]);
  });
});
