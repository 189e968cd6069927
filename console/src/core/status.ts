// What a status means to a person: a tone for the dot, a key for the word, whether the thing may be chosen.

import type { ModelInfo, Status } from "./declared";

export type Tone = "ok" | "warn" | "bad" | "idle";

interface Meaning {
  tone: Tone;
  /** Whether a call may be made. */
  usable: boolean;
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  active: { tone: "ok", usable: true },
  deprecated: { tone: "warn", usable: true },
  "no-configure": { tone: "idle", usable: false },
  disabled: { tone: "idle", usable: false },
  "not-installed": { tone: "idle", usable: false },
};

/** A code that this version does not know is shown as it is and cannot be chosen. */
export const meaningOf = (status: Status): Meaning => MEANINGS[status.code] ?? { tone: "bad", usable: false };
export const isUsable = (model: ModelInfo): boolean => meaningOf(model.status).usable && model.enabled !== false;
export const isConfigured = (status: Status): boolean => status.code !== "no-configure";
export const referenceOf = (model: Pick<ModelInfo, "provider" | "model">): string => `${model.provider}/${model.model}`;
