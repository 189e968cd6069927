import { type TemplateResult, html, nothing } from "lit";
import { ifDefined } from "lit/directives/if-defined.js";
import { live } from "lit/directives/live.js";
import { icon } from "./icon";
import { tooltip } from "./tooltip";

/** Around a control: its label above, help and error below, all tied to it by id. All in one root. */
export interface FieldFrame {
  id: string;
  label: string;
  help?: string | undefined;
  /** A link beside the help. */
  link?: { href: string; text: string } | undefined;
  error?: string | undefined;
  /** The word behind the label of what may be left empty. */
  optional?: string | undefined;
}

export interface TextControl extends FieldFrame {
  value: string;
  placeholder?: string | undefined;
  kind?: "text" | "url" | "search";
  inputMode?: "decimal" | "numeric" | "url" | undefined;
  required?: boolean;
  disabled?: boolean;
  mono?: boolean;
  rows?: number;
  oninput: (value: string) => void;
  onleave?: () => void;
}

export interface Choice {
  value: string;
  label: string;
}

const describedBy = (frame: FieldFrame): string | undefined =>
  [frame.error ? `${frame.id}-error` : "", frame.help || frame.link ? `${frame.id}-help` : ""].filter(Boolean).join(" ") ||
  undefined;

function below(frame: FieldFrame): TemplateResult {
  return html`${
    frame.error ? html`<div class="error" id=${`${frame.id}-error`}>${icon("alert")}<span>${frame.error}</span></div>` : nothing
  }
  ${
    frame.help || frame.link
      ? html`<div class="help" id=${`${frame.id}-help`}>
        ${frame.help ?? ""}
        ${frame.link ? html`<a href=${frame.link.href} target="_blank" rel="noopener noreferrer">${frame.link.text}</a>` : nothing}
      </div>`
      : nothing
  }`;
}

const label = (frame: FieldFrame): TemplateResult => html`<label class="label" for=${frame.id}>
  ${frame.label} ${frame.optional ? html`<span class="optional">${frame.optional}</span>` : nothing}
</label>`;

const framed = (frame: FieldFrame, control: TemplateResult): TemplateResult => html`<div class="field">
  ${label(frame)} ${control} ${below(frame)}
</div>`;

const typed =
  (tell: (value: string) => void) =>
  (event: Event): void =>
    tell((event.target as HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement).value);

const flag = (value: boolean | undefined): "true" | undefined => (value ? "true" : undefined);

/** Credentials are typed here: no password manager may keep or fill them. */
const inputBox = (
  control: TextControl,
  type: "text" | "password" | "url" | "search",
  mono = control.mono,
): TemplateResult => html`<input
  id=${control.id}
  class="input ${mono ? "mono" : ""}"
  type=${type}
  autocomplete="off"
  autocapitalize="off"
  spellcheck="false"
  data-1p-ignore
  data-lpignore="true"
  data-bwignore
  inputmode=${ifDefined(control.inputMode)}
  placeholder=${ifDefined(control.placeholder || undefined)}
  aria-required=${ifDefined(flag(control.required))}
  aria-invalid=${ifDefined(flag(Boolean(control.error)))}
  aria-describedby=${ifDefined(describedBy(control))}
  ?disabled=${control.disabled ?? false}
  .value=${live(control.value)}
  @input=${typed(control.oninput)}
  @blur=${control.onleave}
/>`;

export const textField = (control: TextControl): TemplateResult => framed(control, inputBox(control, control.kind ?? "text"));

export function textArea(control: TextControl): TemplateResult {
  return framed(
    control,
    html`<textarea
      id=${control.id}
      class="input ${control.mono ? "mono" : ""}"
      rows=${control.rows ?? 4}
      autocomplete="off"
      spellcheck="false"
      placeholder=${ifDefined(control.placeholder || undefined)}
      aria-required=${ifDefined(flag(control.required))}
      aria-invalid=${ifDefined(flag(Boolean(control.error)))}
      aria-describedby=${ifDefined(describedBy(control))}
      ?disabled=${control.disabled ?? false}
      .value=${live(control.value)}
      @input=${typed(control.oninput)}
      @blur=${control.onleave}
    ></textarea>`,
  );
}

export interface SecretControl extends TextControl {
  revealed: boolean;
  revealLabel: string;
  onreveal: () => void;
}

/** A secret as it is typed. */
export function secretField(control: SecretControl): TemplateResult {
  return framed(
    control,
    html`<div class="affixed">
      ${inputBox(control, control.revealed ? "text" : "password", true)}
      <button
        type="button"
        class="button plain tiny square"
        aria-label=${control.revealLabel}
        aria-pressed=${control.revealed ? "true" : "false"}
        ${tooltip(control.revealLabel)}
        @click=${control.onreveal}
      >
        ${icon("eye")}
      </button>
    </div>`,
  );
}

export interface ChoiceControl extends FieldFrame {
  value: string | null;
  choices: readonly Choice[];
  /** The first entry of a select that chooses nothing. */
  none?: string | undefined;
  required?: boolean;
  disabled?: boolean;
  onchoose: (value: string | null) => void;
}

export function selectField(control: ChoiceControl): TemplateResult {
  return framed(control, selectBox(control));
}

/** The select alone, for where its label stands elsewhere. */
export function selectBox(control: ChoiceControl & { labelledBy?: string }): TemplateResult {
  const { value } = control;
  return html`<div class="select">
    <select
      id=${control.id}
      class="input"
      aria-labelledby=${ifDefined(control.labelledBy)}
      aria-required=${ifDefined(flag(control.required))}
      aria-invalid=${ifDefined(flag(Boolean(control.error)))}
      aria-describedby=${ifDefined(describedBy(control))}
      ?disabled=${control.disabled ?? false}
      @change=${typed((chosen) => control.onchoose(chosen === "" ? null : chosen))}
    >
      ${control.none !== undefined ? html`<option value="" ?selected=${value === null}>${control.none}</option>` : nothing}
      ${control.choices.map((choice) => html`<option value=${choice.value} .selected=${live(choice.value === value)}>${choice.label}</option>`)}
    </select>
    ${icon("chevronDown")}
  </div>`;
}

export function radioField(control: ChoiceControl): TemplateResult {
  return html`<fieldset class="field" aria-describedby=${ifDefined(describedBy(control))} ?disabled=${control.disabled ?? false}>
    <legend>${control.label} ${control.optional ? html`<span class="optional">${control.optional}</span>` : nothing}</legend>
    <div class="choices">
      ${control.choices.map(
        (choice) =>
          html`<label class="choice">
            <input
              type="radio"
              name=${control.id}
              value=${choice.value}
              .checked=${live(choice.value === control.value)}
              @change=${typed((value) => control.onchoose(value))}
            />
            ${choice.label}
          </label>`,
      )}
    </div>
    ${below(control)}
  </fieldset>`;
}

export interface SwitchControl extends FieldFrame {
  checked: boolean;
  disabled?: boolean;
  onswitch: (checked: boolean) => void;
}

export function switchField(control: SwitchControl): TemplateResult {
  return html`<div class="field">
    <div class="switched">${switchBox(control)} ${label(control)}</div>
    ${below(control)}
  </div>`;
}

/** The switch alone; `name` where no label element names it. */
export function switchBox(control: Omit<SwitchControl, "label"> & { name?: string }): TemplateResult {
  return html`<input
    id=${control.id}
    class="switch"
    type="checkbox"
    role="switch"
    aria-label=${ifDefined(control.name)}
    aria-describedby=${ifDefined(describedBy({ ...control, label: "" }))}
    ?disabled=${control.disabled ?? false}
    .checked=${live(control.checked)}
    @change=${(event: Event) => control.onswitch((event.target as HTMLInputElement).checked)}
  />`;
}
