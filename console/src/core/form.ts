// Filling a credential form: defaults, checks, and only what the form shows.

import { type Values, defaultOf, isEmpty, isImplicit, own, visibleFields } from "./conditions";
import type { FormField, ModelType } from "./declared";
import { Fault, type FaultCode, readValue } from "./field-value";

export interface FieldProblem {
  variable: string;
  /** `unknown` and `hidden` are warnings: the value is left out. */
  code: FaultCode | "unknown" | "hidden";
  severity: "error" | "warning";
}

export interface FilledForm {
  /** Only fields that are shown and hold something valid. */
  values: Record<string, unknown>;
  /** In the order of the fields. */
  problems: readonly FieldProblem[];
}

/** The form filled with `values`; never throws for what a user typed. */
export function fillForm(fields: readonly FormField[], values: Values, modelType?: ModelType): FilledForm {
  const shown = visibleFields(fields, values, modelType);
  const filled: Record<string, unknown> = {};
  const problems: FieldProblem[] = [];
  for (const field of shown) {
    const given = own(values, field.variable);
    const candidate = isEmpty(given) ? defaultOf(field) : given;
    if (candidate === null) {
      if (field.required ?? true) problems.push({ variable: field.variable, code: "required", severity: "error" });
      continue;
    }
    const value = readValue(field, candidate);
    if (value instanceof Fault) problems.push({ variable: field.variable, code: value.code, severity: "error" });
    else filled[field.variable] = value;
  }
  return { values: filled, problems: [...problems, ...leftOut(fields, shown, values)] };
}

function leftOut(fields: readonly FormField[], shown: readonly FormField[], values: Values): FieldProblem[] {
  const declared = new Set(fields.map((field) => field.variable));
  const kept = new Set(shown.map((field) => field.variable));
  return Object.entries(values)
    .filter(([name, value]) => !kept.has(name) && !isImplicit(name) && !isEmpty(value))
    .map(([variable]) => ({ variable, code: declared.has(variable) ? "hidden" : "unknown", severity: "warning" }));
}
