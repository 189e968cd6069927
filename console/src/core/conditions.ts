// Which fields and options of a form are shown: the twin of the backend's rules, held to them by shared fixtures.
//
// A condition compares what a variable effectively holds: what was given, else the default of its field. A hidden field holds
// nothing. Conditions may point forwards and backwards, so they are settled in rounds.

import type { FormField, FormOption, ModelType, ShowOn } from "./declared";
import { numberText, strip } from "./text";

/** The implicit variable that holds the model type where a form belongs to a model. */
export const MODEL_TYPE_VARIABLE = "__model_type";

export type Values = Readonly<Record<string, unknown>>;
type Held = Readonly<Record<string, string>>;

export const isImplicit = (variable: string): boolean => variable.startsWith("__");

/** What counts as not filled in: nothing, or only white space. `false` and 0 are values. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === "string" && strip(value) === "");

/** A value as conditions and options compare it. */
export function comparable(value: unknown): string {
  return typeof value === "number" ? numberText(value) : String(value);
}

export function holds(conditions: readonly ShowOn[] | undefined, held: Held): boolean {
  return (conditions ?? []).every((condition) => own(held, condition.variable) === condition.value);
}

/** What a form draws for these values: one field per variable, in declared order, with only the options that are shown. */
export function visibleFields(fields: readonly FormField[], values: Values, modelType?: ModelType): readonly FormField[] {
  const outside: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (isImplicit(name) && !isEmpty(value)) outside[name] = comparable(value);
  }
  if (modelType) outside[MODEL_TYPE_VARIABLE] = modelType;
  let shown = inForce(fields, outside);
  for (let round = 0; round < fields.length; round += 1) {
    const following = inForce(fields, { ...outside, ...heldBy(shown, values) });
    if (same(following, shown)) break;
    shown = following;
  }
  return shown;
}

/** The field's default, or null when it has none or it is no option that is shown. */
export function defaultOf(field: FormField): string | null {
  if (isEmpty(field.default)) return null;
  const value = field.default as string;
  if (field.options?.length && field.options.every((option) => option.value !== value)) return null;
  return value;
}

/** Only what the object itself holds: `constructor` is no variable. */
export const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function inForce(fields: readonly FormField[], held: Held): FormField[] {
  const last = new Map<string, number>();
  fields.forEach((field, index) => {
    if (holds(field.show_on, held)) last.set(field.variable, index);
  });
  return fields.filter((field, index) => last.get(field.variable) === index).map((field) => withShownOptions(field, held));
}

function withShownOptions(field: FormField, held: Held): FormField {
  if (!field.options?.some((option) => option.show_on?.length)) return field;
  return { ...field, options: field.options.filter((option) => holds(option.show_on, held)) };
}

function heldBy(shown: readonly FormField[], values: Values): Record<string, string> {
  const held: Record<string, string> = {};
  for (const field of shown) {
    const given = own(values, field.variable);
    const value = isEmpty(given) ? defaultOf(field) : comparable(given);
    if (value !== null) held[field.variable] = field.type === "switch" ? strip(value).toLowerCase() : value;
  }
  return held;
}

const optionValues = (options: readonly FormOption[] | undefined): string => (options ?? []).map((o) => o.value).join("\u0000");

function same(left: readonly FormField[], right: readonly FormField[]): boolean {
  return (
    left.length === right.length &&
    left.every((field, index) => {
      const other = right[index] as FormField;
      return (
        field === other ||
        (field.variable === other.variable &&
          optionValues(field.options) === optionValues(other.options) &&
          field.show_on === other.show_on)
      );
    })
  );
}
