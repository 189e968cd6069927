// Calling each model once, as cheaply as its type allows: what is sent, what that may cost, and the round over all of them.

import { isAborted } from "./api";
import type { ModelInfo, ModelType } from "./declared";
import { referenceOf } from "./status";

const SAID = "Hi";
/** No vendor takes less than 16 everywhere. */
const ANSWERED = 16;
/** A short text with what vendors wrap around it. */
const SENT = 20;

/** The smallest useful body of a call; a form with a moment of silence for speech recognition. */
export function smallestCall(model: Pick<ModelInfo, "provider" | "model" | "model_type">): unknown {
  const name = referenceOf(model);
  const bodies: Record<ModelType, () => unknown> = {
    llm: () => ({ model: name, messages: [{ role: "user", content: SAID }], max_tokens: ANSWERED }),
    "text-embedding": () => ({ model: name, input: SAID }),
    rerank: () => ({ model: name, query: SAID, documents: [SAID, "Bye"] }),
    tts: () => ({ model: name, input: SAID }),
    moderation: () => ({ model: name, input: SAID }),
    speech2text: () => {
      const form = new FormData();
      form.set("model", name);
      form.set("file", new Blob([silence(0.5)], { type: "audio/wav" }), "silence.wav");
      return form;
    },
  };
  return bodies[model.model_type]();
}

/** So many seconds of nothing: 16 bit, mono, 8 kHz. */
export function silence(seconds: number): ArrayBuffer {
  const rate = 8000;
  const size = Math.round(seconds * rate) * 2;
  const view = new DataView(new ArrayBuffer(44 + size));
  const text = (at: number, word: string): void =>
    [...word].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + size, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, size, true);
  return view.buffer;
}

export interface Estimate {
  /** Currency → at most about so much. */
  amounts: Readonly<Record<string, number>>;
  /** Models that are not counted by tokens, or whose price is unknown. */
  unknown: number;
}

const TOKENS = /tokens?$/;

/** What calling each of them once may cost. */
export function estimateOf(models: readonly ModelInfo[]): Estimate {
  const amounts: Record<string, number> = {};
  let unknown = 0;
  for (const { pricing, model_type } of models) {
    const counted = pricing && TOKENS.test(pricing.per ?? "1M tokens") && pricing.input !== null && pricing.input !== undefined;
    if (!counted) {
      unknown += 1;
      continue;
    }
    const unit = Number(pricing.unit ?? "0.000001");
    const output = model_type === "llm" ? Number(pricing.output ?? 0) * ANSWERED : 0;
    const currency = pricing.currency ?? "USD";
    const amount = (Number(pricing.input) * SENT + output) * unit + Number(pricing.request ?? 0);
    amounts[currency] = (amounts[currency] ?? 0) + amount;
  }
  return { amounts, unknown };
}

export interface Checked {
  key: string;
  state: "waiting" | "running" | "good" | "bad";
  seconds: number | null;
  /** Why it failed. */
  error: unknown;
}

export const keyOf = (model: Pick<ModelInfo, "model" | "model_type">): string => `${model.model_type}/${model.model}`;

/** Try all, a few at a time; each change is told. Ends early when `signal` says so: then some are left waiting. */
export async function checkAll(
  models: readonly ModelInfo[],
  call: (model: ModelInfo, signal: AbortSignal) => Promise<number>,
  tell: (checked: Checked) => void,
  signal: AbortSignal,
  atOnce = 3,
): Promise<void> {
  const queue = [...models];
  const work = async (): Promise<void> => {
    for (let model = queue.shift(); model && !signal.aborted; model = queue.shift()) {
      const key = keyOf(model);
      tell({ key, state: "running", seconds: null, error: null });
      try {
        tell({ key, state: "good", seconds: await call(model, signal), error: null });
      } catch (error) {
        const left = signal.aborted || isAborted(error);
        tell({ key, state: left ? "waiting" : "bad", seconds: null, error: left ? null : error });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, models.length) }, work));
}
