import { describe, expect, it } from "vitest";
import { blocksOf } from "../src/core/blocks";
import { chatBody, grown, said } from "../src/core/chat";
import type { ModelInfo, Price } from "../src/core/declared";
import { compilePattern } from "../src/core/pattern";
import { pick } from "../src/core/pick";
import { shownPrice, tokens } from "../src/core/price";
import { isUsable, meaningOf } from "../src/core/status";
import { numberText } from "../src/core/text";
import { cosine, plane } from "../src/core/vectors";

describe("prices", () => {
  it.each<[Price | null, unknown]>([
    [null, null],
    [{ currency: "USD", per: "1M tokens" }, null],
    [
      { currency: "USD", per: "1M tokens", input: "2.50", output: "10" },
      { input: "$2.50", output: "$10", per: "1M tokens", free: false },
    ],
    [
      { currency: "CNY", per: "1k tokens", input: "0.004", output: "0.012" },
      { input: "¥4", output: "¥12", per: "1M tokens", free: false },
    ],
    [
      { currency: "USD", per: "1M tokens", input: "0.075" },
      { input: "$0.075", output: null, per: "1M tokens", free: false },
    ],
    [
      { currency: "USD", per: "1M tokens", input: "0.5" },
      { input: "$0.50", output: null, per: "1M tokens", free: false },
    ],
    [
      { currency: "USD", per: "minute", input: "0.006" },
      { input: "$0.006", output: null, per: "minute", free: false },
    ],
    [
      { currency: "USD", per: "1M tokens", input: "0", output: "0" },
      { input: "$0", output: "$0", per: "1M tokens", free: true },
    ],
    [
      { currency: "USD", request: "0.01" },
      { input: "$0.01", output: null, per: "request", free: false },
    ],
  ])("%j is shown as %j", (price, shown) => expect(shownPrice(price, "en_US")).toEqual(shown));

  it.each([
    [4096, "4,096"],
    [16384, "16K"],
    [128000, "128K"],
    [131072, "128K"],
    [200000, "200K"],
    [1000000, "1M"],
    [1048576, "1M"],
    [1050000, "1.1M"],
  ])("%d tokens are %s", (count, text) => expect(tokens(count, "en_US")).toBe(text));
});

describe("numbers as the backend writes them", () => {
  it.each([
    [1, "1"],
    [0.5, "0.5"],
    [1e-7, "1e-07"],
    [0.00001, "1e-05"],
    [1e21, "1000000000000000000000"],
    [-0.25, "-0.25"],
  ])("%d", (value, text) => expect(numberText(value)).toBe(text));
});

describe("patterns of the backend", () => {
  it.each([
    ["[a-z]+", "abc", true],
    ["[a-z]+", "abc\n", false],
    ["\\d+", "１２", true],
    ["\\D+", "ab1", false],
    ["\\w+\\-\\w+", "日本-x", true],
    ["(?P<a>x)\\Z", "x", true],
    ["[\\w.-]+", "a.b-c", true],
    ["a@b", "a@b", true],
  ])("%s on %j", (pattern, text, good) => expect(compilePattern(pattern)?.test(text)).toBe(good));

  it("leaves to the backend what only it can", () => expect(compilePattern("(?i:a)(?<!\\Bx)(?(1)a|b)")).toBeNull());
});

describe("languages of a declaration", () => {
  it.each([
    ["zh_Hans", "中"],
    ["zh-Hant", "中"],
    ["de_DE", "en"],
  ])("%s", (language, text) => expect(pick({ en_US: "en", zh_Hans: "中" }, language)).toBe(text));
  it("takes any when there is no English", () => expect(pick({ fr_FR: "fr" }, "de")).toBe("fr"));
  it("is empty for nothing", () => expect(pick(null)).toBe(""));
});

describe("status", () => {
  const model = (code: string, enabled = true): ModelInfo => ({
    provider: "p",
    model: "m",
    model_type: "llm",
    status: { code },
    enabled,
  });
  it("lets only what can be called be chosen", () => {
    expect(
      [model("active"), model("deprecated"), model("no-configure"), model("active", false), model("new-code")].map(isUsable),
    ).toEqual([true, true, false, false, false]);
    expect(meaningOf({ code: "new-code" }).tone).toBe("bad");
  });
});

describe("a conversation", () => {
  const chunk = (delta: object, finish_reason: string | null = null): unknown => ({ choices: [{ delta, finish_reason }] });

  it("grows by chunks", () => {
    const parts = [
      chunk({ role: "assistant", content: "" }),
      chunk({ reasoning_content: "Hm. " }),
      chunk({ content: "Hel" }),
      chunk({ content: "lo" }),
      chunk({ tool_calls: [{ index: 0, id: "t1", function: { name: "find", arguments: '{"a"' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: ":1}" } }] }),
      chunk({}, "tool_calls"),
      { choices: [], usage: { total_tokens: 3 } },
    ];
    expect(parts.reduce(grown, said("assistant"))).toMatchObject({
      text: "Hello",
      reasoning: "Hm. ",
      tools: [{ id: "t1", name: "find", arguments: '{"a":1}' }],
      finish: "tool_calls",
    });
  });

  it("is asked without what failed", () => {
    const messages = [said("user", "a"), { ...said("assistant"), error: { message: "x" } }];
    const body = chatBody({ model: "p/m", system: " ", messages, parameters: { temperature: 0 } });
    expect(body).toMatchObject({ model: "p/m", messages: [{ role: "user", content: "a" }], temperature: 0, stream: true });
  });
});

describe("blocks of a growing text", () => {
  it.each([
    ["a\nb\n\nc", ["a\nb", "c"]],
    ["```py\nx\n\ny\n```\n\nend", ["```py\nx\n\ny\n```", "end"]],
    ["```\nopen\n\nstill", ["```\nopen\n\nstill"]],
    ["- a\n\n- b\n\n  more\n\nend", ["- a\n\n- b\n\n  more", "end"]],
    ["", []],
  ])("%j", (text, blocks) => expect(blocksOf(text)).toEqual(blocks));

  it("never changes a finished block when more comes", () => {
    const text = "one\n\n- a\n- b\n\n```\ncode\n\nmore\n```\n\nlast words";
    for (let end = 1; end < text.length; end += 1) {
      const some = blocksOf(text.slice(0, end)).slice(0, -1);
      expect(text.startsWith(some[0] ?? "")).toBe(true);
    }
  });
});

describe("vectors", () => {
  it("knows what is alike", () => {
    expect(cosine([1, 0], [2, 0])).toBeCloseTo(1);
    expect(cosine([1, 0], [0, 3])).toBeCloseTo(0);
    expect(cosine([0, 0], [1, 1])).toBe(0);
  });

  it("lays the widest difference along the first axis", () => {
    const points = plane([
      [0, 0, 0],
      [10, 0, 0],
      [5, 1, 0],
    ]);
    const along = points.map(([x]) => x).sort((left, right) => left - right);
    expect((along[2] ?? 0) - (along[0] ?? 0)).toBeCloseTo(10, 0);
  });
});
