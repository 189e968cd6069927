// The list of tools that is typed as JSON, and the schema of an answer: what is asked, or what is wrong with the text.

import { type SchemaFault, departures, schemaFaults } from "./json-schema";

type Json = Readonly<Record<string, unknown>>;

export type TextFault =
  { code: "json"; detail: string } | { code: "list" } | { code: "name"; at: number } | ({ code: "schema" } & SchemaFault);

export interface Read<T> {
  value: T;
  /** Null: nothing is wrong. */
  fault: TextFault | null;
}

const NAME = /^[\w-]{1,64}$/;
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): { value: unknown; fault: TextFault | null } {
  try {
    return { value: JSON.parse(text) as unknown, fault: null };
  } catch (error) {
    return { value: null, fault: { code: "json", detail: error instanceof Error ? error.message : "" } };
  }
}

/** Tools as they go over the wire. Each may be written bare (`{name, description, parameters}`) or as it is sent. */
export function toolsOf(text: string): Read<readonly unknown[]> {
  if (!text.trim()) return { value: [], fault: null };
  const { value, fault } = parsed(text);
  if (fault) return { value: [], fault };
  if (!Array.isArray(value)) return { value: [], fault: { code: "list" } };
  for (const [at, each] of value.entries()) {
    const tool = bare(each);
    if (!tool || !NAME.test(String(tool["name"] ?? ""))) return { value: [], fault: { code: "name", at: at + 1 } };
    const [wrong] = tool["parameters"] === undefined ? [] : schemaFaults(tool["parameters"]);
    if (wrong) return { value: [], fault: { code: "schema", path: `/${at}/parameters${wrong.path}`, rule: wrong.rule } };
  }
  return { value: value.map((each) => ({ type: "function", function: bare(each) })), fault: null };
}

function bare(tool: unknown): Json | null {
  if (!isObject(tool)) return null;
  const inner = tool["function"] ?? tool;
  return isObject(inner) ? inner : null;
}

/** The schema of an answer; null for an empty text. */
export function schemaOf(text: string): Read<Json | null> {
  if (!text.trim()) return { value: null, fault: null };
  const { value, fault } = parsed(text);
  if (fault) return { value: null, fault };
  const [wrong] = isObject(value) ? schemaFaults(value) : [{ path: "", rule: JSON.stringify(value) }];
  return wrong ? { value: null, fault: { code: "schema", ...wrong } } : { value: value as Json, fault: null };
}

/** Does an answer follow the schema it was asked for? The first things that do not fit; a text that is no JSON is one of them. */
export function judgeAnswer(schema: Json, text: string): readonly TextFault[] {
  const { value, fault } = parsed(text);
  if (fault) return [fault];
  return departures(schema, value).map((each) => ({ code: "schema" as const, ...each }));
}
