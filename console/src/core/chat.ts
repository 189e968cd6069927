// A conversation as the playground holds it. Pure: a chunk makes a new message.

import { type Attachment, partOf } from "./attachments";
import type { CallRecord, PlayError } from "./invoke";

export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

export interface Message {
  /** `tool`: what a tool is made to have answered. */
  role: "user" | "assistant" | "tool";
  text: string;
  attachments: readonly Attachment[];
  /** The call that a message of a tool answers. */
  answers: string;
  reasoning: string;
  tools: readonly ToolCall[];
  /** The JSON Schema that it was asked to follow. */
  wanted: Readonly<Record<string, unknown>> | null;
  finish: string | null;
  record: CallRecord | null;
  error: PlayError | null;
  /** Milliseconds from sending to the first word, as seen here. */
  firstMs: number | null;
  stopped: boolean;
}

export const said = (role: Message["role"], text = "", more: Partial<Message> = {}): Message => ({
  role,
  text,
  attachments: [],
  answers: "",
  reasoning: "",
  tools: [],
  wanted: null,
  finish: null,
  record: null,
  error: null,
  firstMs: null,
  stopped: false,
  ...more,
});

interface Delta {
  content?: string | null;
  reasoning_content?: string | null;
  reasoning?: string | null;
  tool_calls?:
    readonly { index?: number; id?: string | null; function?: { name?: string | null; arguments?: string | null } }[] | null;
}

/** The message after one more chunk of a chat completion stream. Chunks that say nothing change nothing. */
export function grown(message: Message, chunk: unknown): Message {
  const choice = (chunk as { choices?: readonly { delta?: Delta; message?: Delta; finish_reason?: string | null }[] }).choices?.[0];
  if (!choice) return message;
  const delta = choice.delta ?? choice.message ?? {};
  return {
    ...message,
    text: message.text + (delta.content ?? ""),
    reasoning: message.reasoning + (delta.reasoning_content ?? delta.reasoning ?? ""),
    tools: (delta.tool_calls ?? []).reduce(withTool, message.tools),
    finish: choice.finish_reason ?? message.finish,
  };
}

function withTool(tools: readonly ToolCall[], part: NonNullable<Delta["tool_calls"]>[number]): readonly ToolCall[] {
  const index = part.index ?? tools.length;
  const before = tools[index] ?? { id: `call_${index}`, name: "", arguments: "" };
  const after = {
    id: part.id ?? before.id,
    name: before.name + (part.function?.name ?? ""),
    arguments: before.arguments + (part.function?.arguments ?? ""),
  };
  return index < tools.length ? tools.map((tool, at) => (at === index ? after : tool)) : [...tools, after];
}

/** What a chat completion is asked, beside the messages. */
export interface ChatSettings {
  system: string;
  parameters: Readonly<Record<string, unknown>>;
  /** As they go over the wire. */
  tools?: readonly unknown[];
  /** A JSON Schema that the answer shall follow. */
  schema?: Readonly<Record<string, unknown>> | null;
}

/** The body of a chat completion for a conversation. Messages that failed are left out, and what they answered is asked again. */
export function chatBody(
  options: ChatSettings & { model: string; messages: readonly Message[]; stream?: boolean },
): Record<string, unknown> {
  const { tools = [], schema = null } = options;
  const system = options.system.trim() ? [{ role: "system", content: options.system }] : [];
  return {
    model: options.model,
    messages: [...system, ...options.messages.flatMap((message, at) => spoken(message, options.messages.slice(at + 1)))],
    ...(tools.length ? { tools } : {}),
    ...(schema ? { response_format: { type: "json_schema", json_schema: formatOf(schema) } } : {}),
    ...options.parameters,
    stream: true,
    stream_options: { include_usage: true },
  };
}

/** Vendors take `strict` only for a schema that forbids what it does not name. */
const formatOf = (schema: Readonly<Record<string, unknown>>): Record<string, unknown> => ({
  name: "answer",
  schema,
  ...(schema["additionalProperties"] === false ? { strict: true } : {}),
});

/** One message on the wire, or none. A tool call that nobody answered is not repeated: vendors refuse it. */
function spoken(message: Message, after: readonly Message[]): unknown[] {
  const { role, text, attachments } = message;
  if (role === "tool") return [{ role, tool_call_id: message.answers, content: text }];
  if (role === "user") return [{ role, content: attachments.length ? withParts(text, attachments) : text }];
  const calls = message.tools.filter((tool) => isAnswered(tool, after));
  if (!text && !calls.length) return [];
  const asked = calls.map(({ id, name, arguments: given }) => ({ id, type: "function", function: { name, arguments: given } }));
  return [{ role, content: text || null, ...(asked.length ? { tool_calls: asked } : {}) }];
}

function isAnswered(tool: ToolCall, after: readonly Message[]): boolean {
  const next = after.findIndex((message) => message.role !== "tool");
  return (next < 0 ? after : after.slice(0, next)).some((message) => message.answers === tool.id);
}

const withParts = (text: string, attachments: readonly Attachment[]): unknown[] => [
  ...attachments.map(partOf),
  ...(text ? [{ type: "text", text }] : []),
];
