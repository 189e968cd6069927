// What a client once asked, as the playground would ask it. Bodies of all dialects are looked at for what they have in common.

import type { ModelType } from "./declared";

export interface Replay {
  type: ModelType;
  /** `provider/model`. */
  model: string;
  system: string;
  messages: readonly { role: "user" | "assistant"; text: string }[];
  /** The input of the other model types: one text a line where there may be several. */
  text: string;
  question: string;
  parameters: Readonly<Record<string, unknown>>;
}

type Json = Readonly<Record<string, unknown>>;

/** Not parameters: they say what is asked of whom, and how it is sent. */
const ASKED = new Set(
  "model messages system input instructions query documents stream stream_options encoding_format text contents".split(" "),
);
const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Null where the body is not of text: a form with a recording, for one. */
export function replayOf(type: ModelType, model: string, request: string): Replay | null {
  const body = parsed(request);
  if (!body) return null;
  const spoken = listed(body["messages"] ?? body["input"]).filter(isJson);
  const system = spoken.filter((message) => message["role"] === "system" || message["role"] === "developer");
  const plain = type === "llm" && typeof body["input"] === "string" ? [{ role: "user" as const, text: body["input"] }] : [];
  return {
    type,
    model,
    system: [textOf(body["system"]), textOf(body["instructions"]), ...system.map((message) => textOf(message["content"]))]
      .filter(Boolean)
      .join("\n\n"),
    messages: [
      ...plain,
      ...spoken
        .filter((message) => message["role"] === "user" || message["role"] === "assistant")
        .map((message) => ({ role: message["role"] as "user" | "assistant", text: textOf(message["content"]) })),
    ],
    text: listed(body["documents"] ?? body["input"])
      .map(textOf)
      .filter(Boolean)
      .join("\n"),
    question: textOf(body["query"]),
    parameters: Object.fromEntries(Object.entries(body).filter(([name]) => !ASKED.has(name))),
  };
}

function parsed(text: string): Json | null {
  try {
    const body = JSON.parse(text) as unknown;
    return isJson(body) ? body : null;
  } catch {
    return null;
  }
}

const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** The text of a message or of its parts; what is not text is left out. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textOf).filter(Boolean).join("\n");
  return isJson(value) && typeof value["text"] === "string" ? value["text"] : "";
}
