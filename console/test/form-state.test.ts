import { describe, expect, it } from "vitest";
import type { FormField } from "../src/core/declared";
import { FormState } from "../src/core/form-state";
import { readPasted } from "../src/core/paste";

const FIELDS: FormField[] = [
  { variable: "mode", type: "radio", default: "key", options: [{ value: "key" }, { value: "token" }] },
  { variable: "key", type: "secret-input", env: ["ACME_KEY"], show_on: [{ variable: "mode", value: "key" }] },
  { variable: "token", type: "secret-input", show_on: [{ variable: "mode", value: "token" }] },
  {
    variable: "region",
    type: "select",
    options: [{ value: "eu", show_on: [{ variable: "mode", value: "key" }] }, { value: "us" }],
    default: "us",
  },
  { variable: "base", type: "text-input", required: false, format: "url", default: "https://a.example" },
];

describe("a form in use", () => {
  it("forgets what a change hides, and a choice that is gone", () => {
    const filled = FormState.of(FIELDS).with("key", "k").with("region", "eu");
    const turned = filled.with("mode", "token");
    expect(turned.values).toEqual({ mode: "token" });
    expect(turned.with("mode", "key").payload.values).toEqual({ mode: "key", region: "us", base: "https://a.example" });
  });

  it("complains of what is missing only after an attempt, of what is wrong at once", () => {
    const fresh = FormState.of(FIELDS);
    expect(fresh.problemOf("key")).toBeUndefined();
    expect(fresh.submitting().problemOf("key")?.code).toBe("required");
    expect(fresh.with("base", "nowhere").problemOf("base")?.code).toBe("format");
    expect(fresh.valid).toBe(false);
    expect(fresh.with("key", "k").valid).toBe(true);
  });

  it("keeps a stored secret until another is typed, and never sends it", () => {
    const stored = FormState.of(FIELDS, { kept: { key: { hint: "…9f3c" } } });
    expect(stored.valid).toBe(true);
    expect(stored.payload).toEqual({ values: { mode: "key", region: "us", base: "https://a.example" }, keep: ["key"] });
    const replaced = stored.keeping("key", null);
    expect(replaced.valid).toBe(false);
    expect(replaced.with("key", "new").payload.keep).toEqual([]);
    expect(stored.with("mode", "token").payload.keep).toEqual([]);
  });

  it("is never changed in place", () => {
    const values = Object.freeze({ mode: "key" });
    const state = FormState.of(FIELDS, { values });
    state.with("mode", "token");
    expect(state.values).toEqual({ mode: "key" });
  });
});

describe("pasting", () => {
  it.each([
    ['{"key": "k", "region": "eu", "other": 1}', { key: "k", region: "eu" }],
    ['# comment\nexport ACME_KEY="k"\n\nregion=us', { key: "k", region: "us" }],
    ["ACME_KEY='a=b'", { key: "a=b" }],
    ["sk-plain-key", null],
    ["[1, 2]", null],
    ["OTHER=1", null],
    ["", null],
  ])("%j fills %j", (text, found) => expect(readPasted(FIELDS, text)).toEqual(found));
});
