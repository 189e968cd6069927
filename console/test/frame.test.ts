import { describe, expect, it } from "vitest";
import { VIEWS, knownOrigin, messageOf, settable } from "../src/core/frame";
import { HostTransport } from "../src/core/host-transport";
import { invoke, invokeOnce, type PlayEvent } from "../src/core/invoke";
import type { ModelInfo } from "../src/core/declared";

const form = VIEWS["credential-form"] as (typeof VIEWS)[string];

describe("a frame", () => {
  it("lets the page around set what is on its list alone", () => {
    const given = {
      provider: "acme",
      "model-type": "llm",
      client: {},
      schema: {},
      value: {},
      onclick: 1,
      __proto__: { named: true },
    };
    expect(settable(form, given)).toEqual({ provider: "acme", modelType: "llm" });
  });

  it.each([
    [
      { "show-label": "", required: "false", type: "llm", features: "vision,tool-call" },
      { showLabel: true, required: false, type: "llm", features: ["vision", "tool-call"] },
    ],
    [
      { showLabel: true, features: ["vision"], value: "a/b" },
      { showLabel: true, features: ["vision"], value: "a/b" },
    ],
    [{ showLabel: "maybe", features: [1], value: {}, type: null, toString: "x" }, {}],
  ])("reads %j as what properties hold", (given, expected) => {
    expect(settable(VIEWS["model-picker"] as (typeof VIEWS)[string], given as Record<string, unknown>)).toEqual(expected);
  });

  it("takes facts for what has parts, and nothing else", () => {
    const list = VIEWS["provider-list"] as (typeof VIEWS)[string];
    expect(settable(list, { filter: { text: "a", type: "", configured: false } })).toEqual({
      filter: { text: "a", type: "", configured: false },
    });
    expect(settable(list, { filter: "a" })).toEqual({});
  });

  it("tells no values, only that they are valid", () => {
    const detail = { values: { key: "secret" }, keep: [], valid: true, provider: "acme" };
    for (const known of Object.values(form.events)) expect(JSON.stringify(known(detail))).not.toContain("secret");
    expect(form.events["credential-change"]?.(detail)).toEqual({ valid: true });
  });

  it.each([
    [["https://a"], ["https://a"], "https://a"],
    [["https://a", "https://b"], [null, "https://b"], "https://b"],
    [["https://a"], ["https://evil"], null],
    [[""], [""], null],
    [[], ["https://a"], null],
  ])("of %j, where %j is seen, talks to %j", (allowed, seen, origin) => expect(knownOrigin(allowed, seen)).toBe(origin));

  it("reads its own messages", () => {
    expect(messageOf({ source: "modelruntime", name: "set", detail: 1 })?.detail).toBe(1);
    for (const other of [null, "set", 3, {}, { source: "modelruntime" }, { source: "other", name: "set" }])
      expect(messageOf(other)).toBeNull();
  });
});

describe("a host in the gateway's place", () => {
  const model = {
    provider: "acme",
    model: "small",
    model_type: "llm",
    label: {},
    status: { code: "active" },
  } as unknown as ModelInfo;
  const events: PlayEvent[] = [
    { name: "chunk", data: { text: "a\nb" } },
    { name: "result", data: { ok: true } },
  ];

  it("gives its own models and details, and nothing else", async () => {
    const host = new HostTransport(() => ({ models: [model] }));
    expect(await host.json("providers")).toEqual({ data: [] });
    const query = { provider: "acme", model: "small", model_type: "llm" };
    expect(await host.json("models/one", { query })).toMatchObject({ model: "small", parameter_rules: [] });
    await expect(host.json("models/one", { query: { ...query, model_type: "tts" } })).rejects.toMatchObject({ status: 404 });
    await expect(host.json("keys")).rejects.toMatchObject({ code: "not_offered" });
    await expect(host.raw("invoke/llm")).rejects.toMatchObject({ code: "not_offered" });
  });

  it("passes its events on one by one", async () => {
    const asked: unknown[] = [];
    const host = new HostTransport(() => ({
      models: [],
      call: async function* (type, body) {
        asked.push(type, body);
        yield* events;
      },
    }));
    const heard: PlayEvent[] = [];
    for await (const { name, data } of invoke(host, "llm", { model: "acme/small" })) heard.push({ name, data } as PlayEvent);
    expect(heard).toEqual(events);
    expect(asked).toEqual(["llm", { model: "acme/small" }]);
    expect((await invokeOnce(host, "llm", {})).result).toEqual({ ok: true });
  });

  it("is told that somebody stopped, and its faults are heard", async () => {
    let stopped = false;
    const slow = new HostTransport(() => ({
      models: [],
      call: async function* (_type, _body, signal) {
        yield events[0] as PlayEvent;
        await new Promise((done) => signal.addEventListener("abort", done));
        stopped = true;
      },
    }));
    const stop = new AbortController();
    const reading = (async () => {
      for await (const _ of invoke(slow, "llm", {}, stop.signal)) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
    expect(stopped).toBe(true);
    const broken = new HostTransport(() => ({
      models: [],
      call: async function* () {
        throw new Error("no such vendor");
      },
    }));
    await expect(invokeOnce(broken, "llm", {})).rejects.toThrow("no such vendor");
  });
});
