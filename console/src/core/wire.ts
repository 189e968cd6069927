// What went over the wire, as people look at it.

import type { ModelType } from "./declared";

export interface WireEvent {
  name: string;
  /** As it came. */
  data: string;
  /** Milliseconds after the request. */
  at: number;
}

export interface Exchange {
  type: ModelType;
  model: string;
  /** The body; a form as its fields. */
  request: unknown;
  events: readonly WireEvent[];
}

/** A call as code, as the gateway writes it. */
export interface Snippet {
  id: string;
  label: string;
  /** For its colours. */
  language: string;
  code: string;
}

const LONGEST = 256;
const DATA = /^data:[^,]{0,100},/;

/** The same value with files cut to their beginning: nobody reads base64. */
export function shortened(value: unknown): unknown {
  if (typeof value === "string") {
    const head = DATA.exec(value)?.[0] ?? "";
    const long = value.length > LONGEST && (head || /^[\w+/=]+$/.test(value));
    return long ? `${value.slice(0, head.length + 16)}…` : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shortened(each)]));
}

/** A form as its fields; files by name and size. */
export const fieldsOf = (form: FormData): Record<string, unknown> =>
  Object.fromEntries(
    [...form.entries()].map(([name, value]) => [name, value instanceof File ? `${value.name}, ${value.size} B` : value]),
  );

/** The stream as it was written, each event after the milliseconds at which it came. */
export const streamText = (events: readonly WireEvent[]): string =>
  events.map(({ name, data, at }) => `: ${Math.round(at)} ms\nevent: ${name}\ndata: ${brief(data)}\n`).join("\n");

function brief(data: string): string {
  if (data.length <= LONGEST) return data;
  try {
    return JSON.stringify(shortened(JSON.parse(data)));
  } catch {
    return data;
  }
}
