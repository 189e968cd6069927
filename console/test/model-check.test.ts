import { describe, expect, it } from "vitest";
import { MODEL_TYPES, type ModelInfo, type ModelType } from "../src/core/declared";
import { type Checked, checkAll, estimateOf, silence, smallestCall } from "../src/core/model-check";

const model = (name: string, more: Partial<ModelInfo> = {}): ModelInfo => ({
  provider: "acme",
  model: name,
  model_type: "llm",
  status: { code: "active" },
  ...more,
});

describe("checking models", () => {
  it.each(MODEL_TYPES)("has a smallest call for %s", (model_type: ModelType) => {
    const body = smallestCall(model("m", { model_type }));
    const name = body instanceof FormData ? body.get("model") : (body as { model: string }).model;
    expect(name).toBe("acme/m");
  });

  it("sends silence that is a wave file", () => {
    const bytes = new Uint8Array(silence(0.5));
    expect(bytes.length).toBe(44 + 8000);
    expect(String.fromCharCode(...bytes.slice(0, 4), ...bytes.slice(8, 16))).toBe("RIFFWAVEfmt ");
  });

  it("estimates by currency, and tells of how many it knows nothing", () => {
    const { amounts, unknown } = estimateOf([
      model("a", { pricing: { input: "10", output: "100" } }),
      model("b", { pricing: { input: "1", currency: "CNY", per: "1k tokens", unit: "0.001" }, model_type: "text-embedding" }),
      model("c", { pricing: { input: "0.006", per: "minute", unit: "1" }, model_type: "speech2text" }),
      model("d"),
    ]);
    expect(amounts["USD"]).toBeCloseTo((20 * 10 + 16 * 100) / 1e6, 12);
    expect(amounts["CNY"]).toBeCloseTo(0.02, 12);
    expect(unknown).toBe(2);
  });

  it("calls so many at once, tells each, and goes on after a failure", async () => {
    const told: Checked[] = [];
    let running = 0;
    let most = 0;
    const call = async ({ model: name }: ModelInfo): Promise<number> => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running -= 1;
      if (name === "b") throw new Error("no");
      return 0.1;
    };
    await checkAll(
      ["a", "b", "c", "d"].map((name) => model(name)),
      call,
      (checked) => told.push(checked),
      new AbortController().signal,
      2,
    );
    expect(most).toBe(2);
    const last = new Map(told.map(({ key, state }) => [key, state]));
    expect(Object.fromEntries(last)).toEqual({ "llm/a": "good", "llm/b": "bad", "llm/c": "good", "llm/d": "good" });
  });

  it("leaves the rest waiting when it is stopped", async () => {
    const stop = new AbortController();
    const told: Checked[] = [];
    const call = (): Promise<number> => {
      stop.abort();
      return Promise.reject(new DOMException("", "AbortError"));
    };
    await checkAll([model("a"), model("b")], call, (checked) => told.push(checked), stop.signal, 1);
    expect(told.map(({ key, state }) => [key, state])).toEqual([
      ["llm/a", "running"],
      ["llm/a", "waiting"],
    ]);
  });
});
