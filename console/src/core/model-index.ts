// Every model as the lists of pages show it: columns on the wire, one object for each model here.

import type { ModelInfo } from "./declared";

/** What stands in tables: each different value once. */
type Told = Required<Pick<ModelInfo, "provider" | "model_type" | "status" | "features" | "limits" | "pricing">> & {
  label: ModelInfo["label"] | null;
};
type Tables = { readonly [Name in keyof Told]: readonly Told[Name][] };

/** `columns` are equally long; all but the names are places in the table of the same name. */
export interface ModelIndex {
  tables: Tables;
  columns: { readonly model: readonly string[] } & { readonly [Name in keyof Told]: readonly number[] };
  /** Places of the models that an operator switched off. */
  disabled: readonly number[];
}

/** Models with what lists show of them; `ModelDetail` has the rest. */
export function modelsOf({ tables, columns, disabled }: ModelIndex): ModelInfo[] {
  const off = new Set(disabled);
  const told = <Name extends keyof Told>(name: Name, at: number): Told[Name] =>
    tables[name][columns[name][at] as number] as Told[Name];
  return columns.model.map((model, at) => ({
    provider: told("provider", at),
    model,
    model_type: told("model_type", at),
    label: told("label", at) ?? { en_US: model },
    status: told("status", at),
    enabled: !off.has(at),
    features: told("features", at),
    limits: told("limits", at),
    pricing: told("pricing", at),
  }));
}
