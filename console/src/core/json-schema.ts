// JSON Schema, as far as models are asked to follow it: what is wrong with a schema, and where an answer departs from one.
// Keywords: https://json-schema.org/draft/2020-12/json-schema-validation (2026-11-29). Those that are not named here judge nothing.

type Json = Readonly<Record<string, unknown>>;
export type Schema = Json | boolean;

/** `path` is a JSON pointer, empty for the whole; `rule` is the keyword with its value. */
export interface SchemaFault {
  path: string;
  rule: string;
}

const TYPES = new Set(["object", "array", "string", "number", "integer", "boolean", "null"]);
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const isSchema = (value: unknown): value is Schema => isObject(value) || typeof value === "boolean";
const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const isTextList = (value: unknown): boolean => Array.isArray(value) && value.every((each) => typeof each === "string");
const isPattern = (value: unknown): boolean => typeof value === "string" && regular(value) !== null;
const isType = (value: unknown): boolean => [value].flat().every((each) => TYPES.has(each as string)) && [value].flat().length > 0;

function regular(pattern: string): RegExp | null {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return null;
  }
}

const pointer = (path: string, key: string | number): string =>
  `${path}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
const shortly = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
};
const ruled = (path: string, keyword: string, value: unknown): SchemaFault => ({ path, rule: `${keyword}: ${shortly(value)}` });

const VALUE_OF: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: isType,
  enum: (value) => Array.isArray(value) && value.length > 0,
  required: isTextList,
  pattern: isPattern,
  description: (value) => typeof value === "string",
  $ref: (value) => typeof value === "string",
  multipleOf: (value) => isNumber(value) && value > 0,
  ...Object.fromEntries(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].map((name) => [name, isNumber])),
  ...Object.fromEntries(
    ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"].map((name) => [name, isCount]),
  ),
};
const ONE = ["items", "additionalProperties", "not", "contains", "if", "then", "else", "propertyNames"] as const;
const LISTED = ["anyOf", "oneOf", "allOf", "prefixItems"] as const;
const NAMED = ["properties", "patternProperties", "$defs", "definitions"] as const;

/** What makes this no schema; the places are those of the schema itself. */
export function schemaFaults(schema: unknown, root: unknown = schema, path = ""): SchemaFault[] {
  if (typeof schema === "boolean") return [];
  if (!isObject(schema)) return [{ path, rule: shortly(schema) }];
  const faults: SchemaFault[] = [];
  const deeper = (value: unknown, at: string): void => void faults.push(...schemaFaults(value, root, at));
  for (const [keyword, value] of Object.entries(schema)) {
    const at = pointer(path, keyword);
    const known = VALUE_OF[keyword];
    if (known && !known(value)) faults.push({ path: at, rule: shortly(value) });
    else if (keyword === "$ref" && target(root, value as string) === undefined) faults.push({ path: at, rule: shortly(value) });
    else if ((ONE as readonly string[]).includes(keyword)) deeper(value, at);
    else if ((LISTED as readonly string[]).includes(keyword)) {
      if (!Array.isArray(value) || !value.length) faults.push({ path: at, rule: shortly(value) });
      else value.forEach((each, index) => deeper(each, pointer(at, index)));
    } else if ((NAMED as readonly string[]).includes(keyword)) {
      if (!isObject(value)) faults.push({ path: at, rule: shortly(value) });
      else for (const [name, each] of Object.entries(value)) deeper(each, pointer(at, name));
    }
  }
  return faults;
}

/** What a reference within the same schema names. */
function target(root: unknown, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  return reference
    .slice(1)
    .split("/")
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (at, part) => ((isObject(at) || Array.isArray(at)) && Object.hasOwn(at, part) ? (at as Json)[part] : undefined),
      root,
    );
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);
const fitsType = (value: unknown, type: string): boolean => (type === "integer" ? Number.isInteger(value) : typeOf(value) === type);
const same = (left: unknown, right: unknown): boolean => canonical(left) === canonical(right);
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  );
const lengthOf = (text: string): number => [...text].length;

/** For each keyword of one value: does it hold? Keywords of another type than the value's hold always. */
const HOLDS: Readonly<Record<string, (value: never, limit: never) => boolean>> = {
  "number minimum": (value: number, limit: number) => value >= limit,
  "number maximum": (value: number, limit: number) => value <= limit,
  "number exclusiveMinimum": (value: number, limit: number) => value > limit,
  "number exclusiveMaximum": (value: number, limit: number) => value < limit,
  "number multipleOf": (value: number, limit: number) =>
    Math.abs(value / limit - Math.round(value / limit)) < 1e-9 * Math.max(1, Math.abs(value / limit)),
  "string minLength": (value: string, limit: number) => lengthOf(value) >= limit,
  "string maxLength": (value: string, limit: number) => lengthOf(value) <= limit,
  "string pattern": (value: string, limit: string) => regular(limit)?.test(value) ?? true,
  "array minItems": (value: unknown[], limit: number) => value.length >= limit,
  "array maxItems": (value: unknown[], limit: number) => value.length <= limit,
  "array uniqueItems": (value: unknown[], limit: boolean) => !limit || new Set(value.map(canonical)).size === value.length,
  "object minProperties": (value: Json, limit: number) => Object.keys(value).length >= limit,
  "object maxProperties": (value: Json, limit: number) => Object.keys(value).length <= limit,
};

/** Where a value departs from a schema that has no faults; none: it follows it. */
export function departures(schema: unknown, value: unknown, root: unknown = schema, path = "", depth = 0): SchemaFault[] {
  if (schema === false) return [{ path, rule: "false" }];
  if (!isObject(schema) || depth > 64) return [];
  const within = (inner: unknown, each: unknown, at = path): SchemaFault[] => departures(inner, each, root, at, depth + 1);
  const fits = (inner: unknown): boolean => within(inner, value).length === 0;
  const faults: SchemaFault[] = [];
  const refuse = (keyword: string): void => void faults.push(ruled(path, keyword, schema[keyword]));

  if (typeof schema["$ref"] === "string") faults.push(...within(target(root, schema["$ref"]), value));
  if (schema["type"] !== undefined && ![schema["type"]].flat().some((type) => fitsType(value, type as string))) {
    refuse("type");
    return faults;
  }
  if (Array.isArray(schema["enum"]) && !schema["enum"].some((each) => same(each, value))) refuse("enum");
  if (Object.hasOwn(schema, "const") && !same(schema["const"], value)) refuse("const");
  for (const [keyword, limit] of Object.entries(schema)) {
    const holds = HOLDS[`${typeOf(value)} ${keyword}`];
    if (holds && !holds(value as never, limit as never)) refuse(keyword);
  }
  if (Array.isArray(schema["allOf"])) for (const each of schema["allOf"]) faults.push(...within(each, value));
  if (Array.isArray(schema["anyOf"]) && !schema["anyOf"].some(fits)) refuse("anyOf");
  if (Array.isArray(schema["oneOf"]) && schema["oneOf"].filter(fits).length !== 1) refuse("oneOf");
  if (isSchema(schema["not"]) && fits(schema["not"])) refuse("not");
  if (isObject(value)) faults.push(...ofMembers(schema, value, path, within));
  if (Array.isArray(value)) faults.push(...ofItems(schema, value, path, within));
  return faults;
}

type Within = (inner: unknown, each: unknown, at?: string) => SchemaFault[];

function ofMembers(schema: Json, value: Json, path: string, within: Within): SchemaFault[] {
  const named = isObject(schema["properties"]) ? schema["properties"] : {};
  const patterns = isObject(schema["patternProperties"]) ? Object.entries(schema["patternProperties"]) : [];
  const missing = ((schema["required"] as readonly string[] | undefined) ?? []).filter((name) => !Object.hasOwn(value, name));
  return [
    ...missing.map((name) => ruled(path, "required", name)),
    ...Object.entries(value).flatMap(([name, each]) => {
      const at = pointer(path, name);
      const own = Object.hasOwn(named, name) ? [named[name]] : [];
      const fitting = [...own, ...patterns.filter(([pattern]) => regular(pattern)?.test(name)).map(([, inner]) => inner)];
      if (fitting.length) return fitting.flatMap((inner) => within(inner, each, at));
      if (schema["additionalProperties"] === false) return [ruled(path, "additionalProperties", name)];
      return within(schema["additionalProperties"], each, at);
    }),
  ];
}

function ofItems(schema: Json, value: readonly unknown[], path: string, within: Within): SchemaFault[] {
  const first = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  return value.flatMap((each, index) => within(index < first.length ? first[index] : schema["items"], each, pointer(path, index)));
}
