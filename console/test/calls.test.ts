import { describe, expect, it } from "vitest";
import { type Call, type CallFilter, merged, passes, queryOf, timeline } from "../src/core/calls";
import { replayOf } from "../src/core/replay";

const ALL: CallFilter = { outcome: "", type: "", provider: "", model: "", key: "", last: 0 };
const call = (id: string, rest: Partial<Call> = {}): Call =>
  ({
    id,
    started_at: 100,
    seconds: 1,
    status: 200,
    model_type: "llm",
    provider: "p",
    model: "m",
    key_id: "k",
    attempts: [],
    ...rest,
  }) as Call;

describe("a filter", () => {
  it.each<[Partial<CallFilter>, Partial<Call>, boolean]>([
    [{}, {}, true],
    [{ outcome: "failed" }, {}, false],
    [{ outcome: "failed" }, { status: 499 }, true],
    [{ outcome: "ok" }, { status: 400 }, false],
    [{ type: "rerank" }, {}, false],
    [{ provider: "p", model: "m", key: "k" }, {}, true],
    [{ provider: "q" }, {}, false],
    [{ model: "n" }, {}, false],
    [{ key: "l" }, {}, false],
  ])("%j lets %j pass: %s", (filter, rest, expected) => {
    expect(passes(call("a", rest), { ...ALL, ...filter })).toBe(expected);
  });

  it("is asked as the gateway takes it", () => {
    expect(queryOf({ ...ALL, outcome: "ok", type: "tts", key: "k", last: 60 }, 1000)).toEqual({
      outcome: "ok",
      model_type: "tts",
      provider: null,
      model: null,
      key_id: "k",
      since: 940,
    });
  });
});

describe("a list", () => {
  it("has every call once, newest first, and believes what came last", () => {
    const known = [call("b", { started_at: 2 }), call("a", { started_at: 1 })];
    const found = merged([call("c", { started_at: 3 }), call("a", { started_at: 1, status: 500 })], known);
    expect(found.map((each) => [each.id, each.status])).toEqual([
      ["c", 200],
      ["b", 200],
      ["a", 500],
    ]);
  });
});

describe("a timeline", () => {
  it("puts attempts where they lay, inside the call, and wide enough to be seen", () => {
    const attempts = [
      { started_at: 100.5, seconds: 1 },
      { started_at: 101.5, seconds: 0 },
      { started_at: 99, seconds: 9 },
    ] as Call["attempts"];
    expect(timeline(call("a", { seconds: 2, attempts })).map(({ start, length }) => [start, length])).toEqual([
      [0.0625, 0.125],
      [0.1875, 0.01],
      [0, 1],
    ]);
  });
});

describe("a call again", () => {
  it("takes system prompt, conversation and parameters from a body", () => {
    const body = {
      model: "x",
      stream: true,
      temperature: 0.2,
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Hi" },
            { type: "image_url", image_url: {} },
          ],
        },
        { role: "assistant", content: "Hello" },
        { role: "tool", content: "4" },
      ],
    };
    expect(replayOf("llm", "p/m", JSON.stringify(body))).toMatchObject({
      system: "Be brief.",
      messages: [
        { role: "user", text: "Hi" },
        { role: "assistant", text: "Hello" },
      ],
      parameters: { temperature: 0.2 },
    });
  });

  it.each([
    [
      { system: [{ type: "text", text: "S" }], messages: [] },
      { system: "S", messages: [] },
    ],
    [
      { instructions: "S", input: "Hi" },
      { system: "S", messages: [{ role: "user", text: "Hi" }] },
    ],
  ])("knows other dialects: %j", (body, expected) => {
    expect(replayOf("llm", "p/m", JSON.stringify(body))).toMatchObject(expected);
  });

  it("takes texts and queries of the other types", () => {
    expect(replayOf("text-embedding", "p/m", '{"input":["a","b"]}')?.text).toBe("a\nb");
    expect(replayOf("rerank", "p/m", '{"query":"q","documents":["a",{"text":"b"}]}')).toMatchObject({
      question: "q",
      text: "a\nb",
    });
    expect(replayOf("tts", "p/m", '{"input":"Hi","voice":"v"}')).toMatchObject({ text: "Hi", parameters: { voice: "v" } });
  });

  it.each(["", "--boundary", "[]", "null"])("is not made of %j", (body) => expect(replayOf("llm", "p/m", body)).toBeNull());
});
