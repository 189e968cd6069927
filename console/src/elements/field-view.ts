import type { TemplateResult } from "lit";
import { isEmpty } from "../core/conditions";
import type { FormField } from "../core/declared";
import type { FieldFrame } from "../ui/field";
import { radioField, secretField, selectField, switchField, textArea, textField } from "../ui/field";

/** Everything that a field needs to draw itself. */
export interface FieldView {
  field: FormField;
  id: string;
  value: unknown;
  error: string | undefined;
  /** In the reader's language. */
  words: {
    label: string;
    placeholder: string;
    help: string;
    optional: string;
    none: string;
    link: string;
    reveal: string;
    optionLabel: (value: string) => string;
  };
  revealed: boolean;
  disabled: boolean;
  change: (value: unknown) => void;
  leave: () => void;
  reveal: () => void;
}

/** The control of a declared field. A kind that this version does not know is text. */
export function drawField(view: FieldView): TemplateResult {
  const kind = DRAWINGS[view.field.type];
  if (!kind) console.warn(`a field of an unknown kind is drawn as text: ${view.field.type}`);
  return (kind ?? drawText)(view);
}

const required = (view: FieldView): boolean => view.field.required ?? true;

const frame = (view: FieldView): FieldFrame => ({
  id: view.id,
  label: view.words.label,
  help: view.words.help || undefined,
  link: view.field.url ? { href: view.field.url, text: view.words.link } : undefined,
  error: view.error,
  optional: required(view) ? undefined : view.words.optional,
});

const textOf = (value: unknown): string =>
  isEmpty(value) ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

function text(view: FieldView) {
  const numeric = view.field.format === "number" || view.field.type === "number-input";
  return {
    ...frame(view),
    value: typeof view.value === "string" ? view.value : textOf(view.value),
    placeholder: view.words.placeholder,
    required: required(view),
    disabled: view.disabled,
    oninput: view.change,
    onleave: view.leave,
    inputMode: numeric ? ("decimal" as const) : view.field.format === "url" ? ("url" as const) : undefined,
    mono: view.field.format === "json",
  };
}

function drawText(view: FieldView): TemplateResult {
  return view.field.format === "json" || view.field.format === "multiline" ? textArea(text(view)) : textField(text(view));
}

function drawSecret(view: FieldView): TemplateResult {
  if (view.field.format === "json" || view.field.format === "multiline") return textArea({ ...text(view), mono: true });
  return secretField({ ...text(view), revealed: view.revealed, revealLabel: view.words.reveal, onreveal: view.reveal });
}

function choices(view: FieldView) {
  const options = (view.field.options ?? []).map(({ value }) => ({ value, label: view.words.optionLabel(value) }));
  return {
    ...frame(view),
    value: isEmpty(view.value) ? null : String(view.value),
    choices: options,
    required: required(view),
    disabled: view.disabled,
    onchoose: view.change,
  };
}

const drawSelect = (view: FieldView): TemplateResult => {
  const unset = isEmpty(view.value);
  return selectField({ ...choices(view), none: unset || !required(view) ? view.words.none : undefined });
};

const drawSwitch = (view: FieldView): TemplateResult =>
  switchField({
    ...frame(view),
    optional: undefined,
    checked: String(view.value).trim().toLowerCase() === "true",
    disabled: view.disabled,
    onswitch: view.change,
  });

const DRAWINGS: Readonly<Record<string, (view: FieldView) => TemplateResult>> = {
  "text-input": drawText,
  "secret-input": drawSecret,
  "number-input": drawText,
  select: drawSelect,
  radio: (view) => radioField(choices(view)),
  switch: drawSwitch,
};
