import { describe, expect, it } from "vitest";
import { acceptedBy, faultOf, partOf } from "../src/core/attachments";
import { chatBody, grown, said } from "../src/core/chat";
import { judgeAnswer, schemaOf, toolsOf } from "../src/core/declared-tools";
import { fieldsOf, shortened, streamText } from "../src/core/wire";

const bodyOf = (messages: Parameters<typeof chatBody>[0]["messages"], more: object = {}): Record<string, unknown> =>
  chatBody({ model: "acme/small", system: "", parameters: {}, messages, ...more });
const TOOL = { id: "t1", name: "weather", arguments: '{"city":"Oslo"}' };

describe("a conversation on the wire", () => {
  it("repeats a tool call only with its answer", () => {
    const asked = [said("user", "?"), said("assistant", "", { tools: [TOOL, { ...TOOL, id: "t2" }] })];
    expect(bodyOf(asked)["messages"]).toEqual([{ role: "user", content: "?" }]);
    const answered = [...asked, said("tool", "rain", { answers: "t1" }), said("user", "thanks")];
    expect(bodyOf(answered)["messages"]).toEqual([
      { role: "user", content: "?" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "t1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }],
      },
      { role: "tool", tool_call_id: "t1", content: "rain" },
      { role: "user", content: "thanks" },
    ]);
  });

  it("gives calls without an id one of their own", () => {
    const part = (name: string, index: number): unknown => ({
      choices: [{ delta: { tool_calls: [{ index, function: { name } }] } }],
    });
    const message = [part("a", 0), part("b", 1)].reduce<ReturnType<typeof said>>(
      (before, each) => grown(before, each),
      said("assistant"),
    );
    expect(message.tools.map((tool) => tool.id)).toEqual(["call_0", "call_1"]);
  });

  it("sends files before the text", () => {
    const image = { name: "a.png", mediaType: "image/png", url: "data:image/png;base64,AA" };
    expect(bodyOf([said("user", "what is it?", { attachments: [image] })])["messages"]).toEqual([
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: image.url } },
          { type: "text", text: "what is it?" },
        ],
      },
    ]);
  });

  it.each([
    [{ type: "object", additionalProperties: false }, true],
    [{ type: "object" }, undefined],
  ])("asks for the schema %j, strictly: %s", (schema, strict) => {
    const format = bodyOf([], { schema })["response_format"] as { json_schema: object };
    expect(format).toMatchObject({ type: "json_schema", json_schema: { schema } });
    expect("strict" in format.json_schema).toBe(strict === true);
  });
});

describe("files", () => {
  it.each([
    ["audio/mpeg", { type: "input_audio", input_audio: { data: "AA", format: "mp3" } }],
    ["audio/wav", { type: "input_audio", input_audio: { data: "AA", format: "wav" } }],
    ["video/mp4", { type: "video_url", video_url: { url: "data:x;base64,AA" } }],
    ["application/pdf", { type: "file", file: { filename: "f", file_data: "data:x;base64,AA" } }],
  ])("%s", (mediaType, part) => expect(partOf({ name: "f", mediaType, url: "data:x;base64,AA" })).toEqual(part));

  it.each([
    ["image/png", ["vision"], 1, null],
    ["image/png", ["document"], 1, "feature"],
    ["text/plain", ["document"], 1, null],
    ["application/zip", ["vision", "document"], 1, "kind"],
    ["image/png", ["vision"], 21 * 2 ** 20, "size"],
  ])("%s for a model with %j: %s", (type, features, size, fault) => expect(faultOf({ type, size }, features)).toBe(fault));

  it("are offered by what the model declares", () => {
    expect(acceptedBy(["vision", "tool-call"])).toBe("image/*");
    expect(acceptedBy([])).toBe("");
  });
});

describe("tools as JSON", () => {
  it.each(["", "[]"])("%j are none", (text) => expect(toolsOf(text)).toEqual({ value: [], fault: null }));

  it.each(['[{"name":"w"}]', '[{"type":"function","function":{"name":"w"}}]'])("%s is sent in one form", (text) =>
    expect(toolsOf(text)).toEqual({ value: [{ type: "function", function: { name: "w" } }], fault: null }),
  );

  it.each([
    ["{", "json"],
    ["{}", "list"],
    ["[1]", "name"],
    ['[{"name":"has space"}]', "name"],
    ['[{"name":"w","parameters":{"type":"objekt"}}]', "schema"],
  ])("%s: %s", (text, code) => {
    const found = toolsOf(text);
    expect(found.fault?.code).toBe(code);
    expect(found.value).toEqual([]);
  });

  it("says where a schema is wrong", () =>
    expect(toolsOf('[{"name":"w","parameters":{"type":"objekt"}}]').fault).toEqual({
      code: "schema",
      path: "/0/parameters/type",
      rule: '"objekt"',
    }));
});

describe("an answer and its schema", () => {
  const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  it.each([
    ['{"city":"Oslo"}', []],
    ['{"city":1}', ["/city type"]],
    ["{}", [" required"]],
  ])("%s", (text, wrong) =>
    expect(
      judgeAnswer(schema, text).map((each) => (each.code === "schema" ? `${each.path} ${each.rule.split(":")[0]}` : each.code)),
    ).toEqual(wrong),
  );
  it("is no JSON", () => expect(judgeAnswer(schema, "Oslo").map((each) => each.code)).toEqual(["json"]));
  it.each([
    ["", null],
    ["{", "json"],
    ["[]", "schema"],
    ['{"type":"objekt"}', "schema"],
  ])("%j as a schema: %s", (text, code) => expect(schemaOf(text).fault?.code ?? null).toBe(code));
});

describe("what is shown of the wire", () => {
  it("cuts files and leaves words whole", () => {
    const words = "a sentence of words ".repeat(40);
    const shown = shortened({ url: `data:image/png;base64,${"A".repeat(5000)}`, raw: "B".repeat(5000), words, deep: [{ n: 1 }] });
    expect(shown).toEqual({ url: `data:image/png;base64,${"A".repeat(16)}…`, raw: `${"B".repeat(16)}…`, words, deep: [{ n: 1 }] });
  });

  it("tells the events with their times", () =>
    expect(streamText([{ name: "chunk", data: '{"a":1}', at: 12.4 }])).toBe(': 12 ms\nevent: chunk\ndata: {"a":1}\n'));

  it("names the file of a form", () => {
    const form = new FormData();
    form.set("model", "m");
    form.set("file", new File(["abc"], "a.wav"));
    expect(fieldsOf(form)).toEqual({ model: "m", file: "a.wav, 3 B" });
  });
});
