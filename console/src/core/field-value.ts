// One filled field: from what was given to what the credentials hold, or what is wrong with it.

import { comparable } from "./conditions";
import type { FormField } from "./declared";
import { compilePattern } from "./pattern";
import { SPACE, lengthOf, strip } from "./text";

export type FaultCode = "required" | "type" | "option" | "switch" | "number" | "too_long" | "pattern" | "format" | "masked";

/** What is wrong; a front end says it in its language by code and format. */
export class Fault {
  constructor(readonly code: FaultCode) {}
}

export const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const URL_TEXT = new RegExp(`^https?://(\\[[0-9a-fA-F:.]+\\]|[^${SPACE}/?#@:\\[\\]\\\\]+)(:[0-9]{1,5})?([/?#][^${SPACE}]*)?$`, "i");

/** The value that the credentials hold for a non-empty `given`, or a `Fault`. A kind of field nobody knows is text. */
export function readValue(field: FormField, given: unknown): unknown {
  return (READERS[field.type] ?? readText)(field, given);
}

function readText(field: FormField, given: unknown): string | Fault {
  const text = asText(field, given);
  return text instanceof Fault ? text : (checkText(field, text) ?? text);
}

function readSecret(field: FormField, given: unknown): string | Fault {
  const text = asText(field, given);
  if (text instanceof Fault) return text;
  const secret = strip(text);
  if (/^\**$/.test(secret)) return new Fault("masked");
  return checkText(field, secret) ?? secret;
}

function readChoice(field: FormField, given: unknown): string | Fault {
  if (!["string", "boolean", "number"].includes(typeof given)) return new Fault("type");
  if (typeof given === "number" && !Number.isFinite(given)) return new Fault("type");
  const text = comparable(given);
  return field.options?.length && field.options.every((option) => option.value !== text) ? new Fault("option") : text;
}

function readSwitch(_: FormField, given: unknown): boolean | Fault {
  if (typeof given === "boolean") return given;
  const word = typeof given === "string" ? strip(given).toLowerCase() : "";
  return word === "true" || word === "false" ? word === "true" : new Fault("switch");
}

function readNumber(_: FormField, given: unknown): number | Fault {
  let number = given;
  if (typeof number === "string") {
    const text = strip(number);
    if (!NUMBER.test(text)) return new Fault("number");
    number = Number(text);
  }
  return typeof number === "number" && Number.isFinite(number) ? number + 0 : new Fault("number");
}

function asText(field: FormField, given: unknown): string | Fault {
  if (typeof given === "string") return given;
  if (typeof given === "number" && Number.isFinite(given)) return comparable(given);
  if (field.format === "json" && typeof given === "object" && given !== null) return JSON.stringify(given);
  return new Fault("type");
}

function checkText(field: FormField, text: string): Fault | null {
  const limit = field.max_length ?? 0;
  if (limit > 0 && lengthOf(text) > limit) return new Fault("too_long");
  if (field.pattern && compilePattern(field.pattern)?.test(text) === false) return new Fault("pattern");
  return FORMATS[field.format ?? ""]?.(text) === false ? new Fault("format") : null;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  url: (text) => URL_TEXT.test(strip(text)),
  json: isJson,
  number: (text) => NUMBER.test(strip(text)),
};

const READERS: Readonly<Record<string, (field: FormField, given: unknown) => unknown>> = {
  "text-input": readText,
  "secret-input": readSecret,
  select: readChoice,
  radio: readChoice,
  switch: readSwitch,
  "number-input": readNumber,
};
