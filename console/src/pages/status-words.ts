// Why something cannot be used and what to do, in the reader's language; in the gateway's words where this version knows no better.

import type { Status } from "../core/declared";
import type { Key, Words } from "../core/i18n";

type T = (key: Key, words?: Words) => string;

const sentence = (kind: "why" | "todo", { why, words }: Status, told: string | null | undefined, t: T): string => {
  const key = `${kind}.${why ?? ""}`;
  const text = t(key as Key, words);
  return text === key ? (told ?? "") : text;
};

export const whyOf = (status: Status, t: T): string => sentence("why", status, status.reason, t);
export const whatToDo = (status: Status, t: T): string => sentence("todo", status, status.action, t);
