// Tables of names: what a workspace set for itself goes before what is set for all of them.

/** For whom something is set. */
export type Scope = "workspace" | "all";

export interface Names<T> {
  data: Readonly<Record<string, T>>;
  /** What the workspace set for itself; the others are for all. */
  own: readonly string[];
}

/** Whether `name` holds in what is shown without being set there: in a workspace, something that is for all of them. */
export const isInherited = (own: readonly string[], name: string, scope: Scope): boolean =>
  scope === "workspace" && !own.includes(name);
