// A conversation as the playground holds it. Pure: a chunk makes a new message.

import type { CallRecord, PlayError } from "./invoke";

export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

export interface Message {
  role: "user" | "assistant";
  text: string;
  reasoning: string;
  tools: readonly ToolCall[];
  finish: string | null;
  record: CallRecord | null;
  error: PlayError | null;
  /** Milliseconds from sending to the first word, as seen here. */
  firstMs: number | null;
  stopped: boolean;
}

export const said = (role: Message["role"], text = ""): Message => ({
  role,
  text,
  reasoning: "",
  tools: [],
  finish: null,
  record: null,
  error: null,
  firstMs: null,
  stopped: false,
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
  const before = tools[index] ?? { id: "", name: "", arguments: "" };
  const after = {
    id: part.id ?? before.id,
    name: before.name + (part.function?.name ?? ""),
    arguments: before.arguments + (part.function?.arguments ?? ""),
  };
  return index < tools.length ? tools.map((tool, at) => (at === index ? after : tool)) : [...tools, after];
}

/** The body of a chat completion for a conversation. Messages that failed are left out, and what they answered is asked again. */
export function chatBody(options: {
  model: string;
  system: string;
  messages: readonly Message[];
  parameters: Readonly<Record<string, unknown>>;
}): Record<string, unknown> {
  const system = options.system.trim() ? [{ role: "system", content: options.system }] : [];
  const spoken = options.messages.filter((message) => message.text || message.role === "user");
  return {
    model: options.model,
    messages: [...system, ...spoken.map(({ role, text }) => ({ role, content: text }))],
    ...options.parameters,
    stream: true,
    stream_options: { include_usage: true },
  };
}
