import { type Transport, isAborted } from "../../core/api";
import { grown, said } from "../../core/chat";
import type { Run } from "../../core/comparison";
import type { Key, Words } from "../../core/i18n";
import { type CallRecord, PlayFailure, invoke } from "../../core/invoke";
import { measured } from "../../core/measured";
import { describe } from "../../elements/failure";
import { asApiError } from "./pane";

interface Watcher {
  /** The JSON Schema that the answer is asked to follow. */
  wanted: Run["wanted"];
  signal: AbortSignal;
  t: (key: Key, words?: Words) => string;
  /** Told the text as it grows. */
  show: (text: string) => void;
}

/** One call of a language model and what it took; null when it was stopped. */
export async function oneRun(api: Transport, body: unknown, { signal, t, show, wanted }: Watcher): Promise<Run | null> {
  const began = performance.now();
  let message = said("assistant");
  let record: CallRecord | null = null;
  let firstMs: number | null = null;
  let failed: unknown = null;
  try {
    for await (const event of invoke(api, "llm", body, signal)) {
      if (event.name === "chunk" || event.name === "result") {
        message = grown(message, event.data);
        if (message.text || message.reasoning) firstMs ??= performance.now() - began;
        show(message.text);
      } else if (event.name === "error") failed = asApiError(new PlayFailure(event.data));
      else if (event.name === "record") record = event.data;
    }
  } catch (error) {
    if (isAborted(error)) return null;
    failed = error;
  }
  const error = failed ? describe(failed, t).what : "";
  const { text, tools } = message;
  return { text, tools, wanted: wanted ?? null, error, record, measured: record && !error ? measured(record, firstMs) : null };
}
