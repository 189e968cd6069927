import { describe, expect, it } from "vitest";
import { departures, schemaFaults } from "../src/core/json-schema";

const places = (faults: readonly { path: string; rule: string }[]): string[] =>
  faults.map(({ path, rule }) => `${path} ${rule.split(":")[0]}`);

describe("a schema", () => {
  it.each<[unknown, string[]]>([
    [true, []],
    [{}, []],
    [{ type: ["string", "null"], minLength: 1, pattern: "^a" }, []],
    [{ type: "object", properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "integer" } } }, []],
    [7, [""]],
    [{ type: "strng" }, ["/type"]],
    [{ type: [] }, ["/type"]],
    [{ enum: [] }, ["/enum"]],
    [{ required: "a" }, ["/required"]],
    [{ pattern: "(" }, ["/pattern"]],
    [{ minimum: "1" }, ["/minimum"]],
    [{ maxItems: -1 }, ["/maxItems"]],
    [{ anyOf: [] }, ["/anyOf"]],
    [{ properties: { "a/b": { type: "x" } } }, ["/properties/a~1b/type"]],
    [{ items: { items: { not: 3 } } }, ["/items/items/not"]],
    [{ $ref: "#/$defs/none" }, ["/$ref"]],
    [{ $ref: "https://a.example/schema" }, ["/$ref"]],
  ])("%j is wrong at %j", (schema, paths) => expect(schemaFaults(schema).map((fault) => fault.path)).toEqual(paths));
});

describe("a value", () => {
  const tree = { $defs: { node: { type: "object", properties: { next: { $ref: "#/$defs/node" } }, additionalProperties: false } } };
  it.each<[unknown, unknown, string[]]>([
    [{ type: "integer" }, 2, []],
    [{ type: "integer" }, 2.5, [" type"]],
    [{ type: ["string", "null"] }, null, []],
    [{ type: "object" }, [], [" type"]],
    [{ enum: [{ a: 1, b: 2 }] }, { b: 2, a: 1 }, []],
    [{ const: 1 }, 2, [" const"]],
    [{ minimum: 1, exclusiveMaximum: 3 }, 3, [" exclusiveMaximum"]],
    [{ multipleOf: 0.1 }, 0.3, []],
    [{ multipleOf: 0.1 }, 0.35, [" multipleOf"]],
    [{ minLength: 2 }, "😀", [" minLength"]],
    [{ minLength: 2 }, 1, []],
    [{ pattern: "^a+$" }, "ab", [" pattern"]],
    [{ uniqueItems: true }, [{ a: 1 }, { a: 1 }], [" uniqueItems"]],
    [{ prefixItems: [{ type: "string" }], items: { type: "number" } }, ["a", 1, "b"], ["/2 type"]],
    [{ required: ["a", "b"] }, { a: 1 }, [" required"]],
    [{ properties: { a: { type: "string" } }, additionalProperties: false }, { a: 1, b: 1 }, ["/a type", " additionalProperties"]],
    [{ patternProperties: { "^x": { type: "number" } }, additionalProperties: false }, { x1: "a" }, ["/x1 type"]],
    [{ additionalProperties: { type: "number" } }, { a: "a" }, ["/a type"]],
    [{ anyOf: [{ type: "string" }, { type: "number" }] }, true, [" anyOf"]],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, [" oneOf"]],
    [{ allOf: [{ type: "number" }, { minimum: 5 }] }, 3, [" minimum"]],
    [{ not: { type: "string" } }, "a", [" not"]],
    [{ properties: { a: false } }, { a: 1 }, ["/a false"]],
    [{ ...tree, $ref: "#/$defs/node" }, { next: { next: { other: 1 } } }, ["/next/next additionalProperties"]],
    [{ $ref: "#" }, 1, []],
  ])("under %j, %j departs at %j", (schema, value, found) => expect(places(departures(schema, value))).toEqual(found));

  it("is not repeated at length", () => expect(departures({ const: "x".repeat(200) }, 1)[0]?.rule.length).toBeLessThan(80));
});
