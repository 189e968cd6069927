// Tables of names: what a workspace set for itself goes before what is set for all of them.

import type { Transport } from "./api";

type Api = Pick<Transport, "json">;

/** For whom something is set. */
export type Scope = "workspace" | "all";

export interface Names<T> {
  data: Readonly<Record<string, T>>;
  /** What the workspace set for itself; the others are for all. */
  own: readonly string[];
}

/** A table of names: what holds in the workspace, or only what is set for all of them. */
export const namesOf = <T>(api: Api, table: string, scope: Scope, signal?: AbortSignal): Promise<Names<T>> =>
  api.json<Names<T>>(table, { signal, query: scope === "all" ? { scope } : {} });

/** Whether `name` holds in what is shown without being set there: in a workspace, something that is for all of them. */
export const isInherited = (own: readonly string[], name: string, scope: Scope): boolean =>
  scope === "workspace" && !own.includes(name);
