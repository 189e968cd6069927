// What a user is doing to a form. Immutable: each change makes a new state.

import { type Values, comparable, isEmpty, visibleFields } from "./conditions";
import type { FormField, ModelType } from "./declared";
import { type FieldProblem, fillForm } from "./form";

/** A stored secret that is kept as long as nobody types a new one: the backend never returns it. */
export interface KeptSecret {
  /** What may be shown, e.g. `sk-…9f3c`. */
  hint: string;
}

export class FormState {
  private constructor(
    readonly fields: readonly FormField[],
    readonly values: Values,
    readonly kept: Readonly<Record<string, KeptSecret>>,
    readonly modelType: ModelType | undefined,
    readonly touched: ReadonlySet<string>,
    readonly submitted: boolean,
  ) {}

  static of(
    fields: readonly FormField[],
    options: { values?: Values; kept?: Readonly<Record<string, KeptSecret>>; modelType?: ModelType } = {},
  ): FormState {
    return new FormState(fields, options.values ?? {}, options.kept ?? {}, options.modelType, new Set(), false);
  }

  get visible(): readonly FormField[] {
    return visibleFields(this.fields, this.values, this.modelType);
  }

  /** What the change hides is forgotten, so that it begins at its default when it shows again; so is a choice that is gone. */
  with(variable: string, value: unknown): FormState {
    let values: Record<string, unknown> = { ...this.values, [variable]: value };
    for (let round = 0; round <= this.fields.length; round += 1) {
      const kept = withoutGone(this.fields, values, this.modelType);
      if (Object.keys(kept).length === Object.keys(values).length) break;
      values = kept;
    }
    return this.copy({ values, touched: new Set([...this.touched, variable]) });
  }

  /** Forget what was typed over a stored secret, or give the stored one up (`kept` false). */
  keeping(variable: string, kept: KeptSecret | null): FormState {
    const rest = { ...this.kept };
    const values = { ...this.values };
    delete values[variable];
    if (kept) rest[variable] = kept;
    else delete rest[variable];
    return this.copy({ kept: rest, values });
  }

  submitting(): FormState {
    return this.copy({ submitted: true });
  }

  get problems(): readonly FieldProblem[] {
    const { problems } = fillForm(this.fields, this.values, this.modelType);
    return problems.filter(
      (problem) => problem.severity === "error" && !(problem.code === "required" && this.keeps(problem.variable)),
    );
  }

  /** What the field may complain of now: emptiness only after an attempt to save, the rest once it was left. */
  problemOf(variable: string): FieldProblem | undefined {
    return this.problems.find(
      (problem) => problem.variable === variable && (this.submitted || (problem.code !== "required" && this.touched.has(variable))),
    );
  }

  get valid(): boolean {
    return this.problems.length === 0;
  }

  /** What is sent. Kept secrets are not in it: their names are in `keep`. */
  get payload(): { values: Record<string, unknown>; keep: string[] } {
    const { values } = fillForm(this.fields, this.values, this.modelType);
    const keep = this.visible.map((field) => field.variable).filter((name) => this.keeps(name));
    return { values, keep };
  }

  keeps(variable: string): boolean {
    return Object.hasOwn(this.kept, variable) && isEmpty(this.values[variable]);
  }

  private copy(changes: Partial<Pick<FormState, "values" | "kept" | "touched" | "submitted">>): FormState {
    return new FormState(
      this.fields,
      changes.values ?? this.values,
      changes.kept ?? this.kept,
      this.modelType,
      changes.touched ?? this.touched,
      changes.submitted ?? this.submitted,
    );
  }
}

function withoutGone(fields: readonly FormField[], values: Values, modelType: ModelType | undefined): Record<string, unknown> {
  const shown = new Map(visibleFields(fields, values, modelType).map((field) => [field.variable, field]));
  const declared = new Set(fields.map((field) => field.variable));
  return Object.fromEntries(
    Object.entries(values).filter(([name, value]) => {
      const field = shown.get(name);
      if (!field) return !declared.has(name);
      return isEmpty(value) || !field.options?.length || field.options.some((option) => option.value === comparable(value));
    }),
  );
}
