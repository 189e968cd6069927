import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { ApiError } from "../core/api";
import type { CredentialClient, FilledCredentials, FormTarget, Verdict } from "../core/client";
import { defaultOf, isEmpty } from "../core/conditions";
import type { FormField, FormSchema, ModelType, ProviderInfo } from "../core/declared";
import type { FieldProblem } from "../core/form";
import { FormState, type KeptSecret } from "../core/form-state";
import { readPasted } from "../core/paste";
import { SURFACE } from "../styles/sheets";
import { define } from "../ui/define";
import { radioField, textArea, textField } from "../ui/field";
import { icon } from "../ui/icon";
import { Localized } from "../ui/localized";
import { failure } from "./failure";
import { drawField } from "./field-view";

type Work = "nothing" | "loading" | "validating" | "saving";

/**
 * The credential form of a provider or of one of its customizable models, drawn from its declaration.
 *
 * Data mode: set `schema` (and `value`, `kept`, `modelType`); listen. Connected mode: set `client` and `provider`.
 *
 * @fires credential-change - `{values, keep, valid}` after each change
 * @fires credential-validate - `{values, keep, …}`; in connected mode before the gateway is asked: preventDefault stops it
 * @fires credential-save - `{values, keep, …}`; likewise
 * @fires credential-saved - after the gateway has stored it (connected mode)
 * @csspart actions - the row of buttons
 */
export class CredentialForm extends Localized {
  static override styles = [
    ...SURFACE,
    css`
      form {
        display: grid;
        gap: 16px;
        max-width: 480px;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      .group-title {
        font-size: 13px;
        font-weight: 600;
        padding-top: 4px;
      }
      details > summary {
        color: var(--muted);
        font-weight: 500;
        width: max-content;
        padding: 2px 4px;
        margin-inline-start: -4px;
      }
      .inner {
        display: grid;
        gap: 16px;
        padding-top: 12px;
      }
      .kept {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: var(--control);
        padding: 0 4px 0 10px;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--hover);
      }
      .kept .icon {
        color: var(--muted);
      }
      .kept code {
        flex: 1;
      }
      .where {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      .where .icon {
        width: 14px;
        height: 14px;
      }
    `,
  ];

  /** The id of the provider (connected mode). */
  @property() provider = "";
  /** The name of the customizable model that is configured; with `customizable` an empty one is asked for. */
  @property() model = "";
  @property({ attribute: "model-type" }) modelType: ModelType | "" = "";
  /** Configure a customizable model rather than the provider. */
  @property({ type: Boolean }) customizable = false;
  /** The stored credential that is changed (connected mode). */
  @property({ attribute: "credential-id" }) credentialId = "";
  /** Ask for a name of the credential. */
  @property({ type: Boolean }) named = false;
  @property({ attribute: false }) schema: FormSchema | null = null;
  @property({ attribute: false }) modelTypes: readonly ModelType[] = [];
  @property({ attribute: false }) value: Readonly<Record<string, unknown>> = {};
  /** Stored secrets: variable → what may be shown of it. */
  @property({ attribute: false }) kept: Readonly<Record<string, KeptSecret>> = {};
  @property({ attribute: false }) help: ProviderInfo["help"] = null;
  @property({ attribute: false }) client: CredentialClient | null = null;
  /** What the host's own validation found (data mode). */
  @property({ attribute: false }) error: unknown = null;
  @property({ type: Boolean }) busy = false;

  @state() private form: FormState | null = null;
  @state() private work: Work = "nothing";
  @state() private verdict: Verdict | null = null;
  @state() private failed: unknown = null;
  @state() private revealed: ReadonlySet<string> = new Set();
  @state() private pasting = false;
  @state() private pasteFailed = false;
  @state() private name = "";
  @state() private modelName = "";
  private running: AbortController | null = null;

  /** What would be sent now. */
  get payload(): FilledCredentials {
    const filled = this.form?.payload ?? { values: {}, keep: [] };
    return { ...this.target, ...filled, ...(this.named && this.name.trim() ? { name: this.name.trim() } : {}) };
  }

  get valid(): boolean {
    return Boolean(this.form?.valid) && (!this.customizable || this.modelName.trim() !== "");
  }

  private get target(): FormTarget {
    const type = this.modelType || this.modelTypes[0];
    const model = this.customizable ? { name: this.modelName.trim(), type: type ?? "llm" } : null;
    return {
      provider: this.provider,
      ...(model ? { model } : {}),
      ...(this.credentialId ? { credentialId: this.credentialId } : {}),
    };
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running?.abort();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const asked = changed.has("provider") || changed.has("client") || changed.has("customizable") || changed.has("credentialId");
    if (asked && this.client && this.provider) void this.load(this.client);
    if (changed.has("model")) this.modelName = this.model;
    if (this.customizable && !this.modelType && this.modelTypes[0]) this.modelType = this.modelTypes[0];
    if (changed.has("schema") || changed.has("value") || changed.has("kept")) this.begin();
    else if (changed.has("modelType") && this.form) this.begin(this.form.values);
    if (changed.has("error")) this.failed = this.error;
  }

  private begin(values = this.value): void {
    const type = this.modelType || undefined;
    this.form =
      this.schema &&
      FormState.of(this.schema.credential_form_schemas, { values, kept: this.kept, ...(type ? { modelType: type } : {}) });
  }

  private async load(client: CredentialClient): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.work = "loading";
    this.failed = this.verdict = null;
    try {
      const found = await client.providerForm(this.target, running.signal);
      if (running.signal.aborted) return;
      this.schema = found.schema;
      this.help = found.provider.help ?? null;
      this.modelTypes = found.provider.supported_model_types;
      this.value = found.stored?.values ?? {};
      this.kept = found.stored?.kept ?? {};
      this.name = found.stored?.name ?? "";
    } catch (error) {
      if (!running.signal.aborted) this.failed = error;
    }
    if (!running.signal.aborted) this.work = "nothing";
  }

  protected override render(): TemplateResult {
    if (!this.form) {
      if (this.failed) return failure(this.failed, this.tr);
      return html`<div class="skeleton" role="status" aria-label=${this.t("form.loading")}>&nbsp;</div>`;
    }
    const shown = this.form.visible;
    const plain = shown.filter((field) => !field.advanced);
    const advanced = shown.filter((field) => field.advanced);
    const wrong = advanced.some((field) => this.complaint(field));
    return html`<form novalidate @submit=${this.submitted} @keydown=${this.pressed} @paste=${this.pasted}>
      ${this.customizable ? this.modelFields() : nothing} ${this.named ? this.nameField() : nothing}
      ${this.grouped(plain)}
      ${!shown.length && !this.customizable ? html`<p class="muted">${this.t("form.nothing")}</p>` : nothing}
      ${
        advanced.length
          ? html`<details ?open=${wrong || advanced.some((field) => !isEmpty(this.form?.values[field.variable]))}>
            <summary>${this.t("form.advanced")}</summary>
            <div class="inner">${this.grouped(advanced)}</div>
          </details>`
          : nothing
      }
      ${this.pasting ? this.pasteField() : nothing} ${this.outcome()} ${this.actions()}
    </form>`;
  }

  private readonly tr = (...args: Parameters<typeof this.t>): string => this.t(...args);

  private grouped(fields: readonly FormField[]): TemplateResult[] {
    let group: string | null | undefined = null;
    return fields.map((field) => {
      const title = field.group && field.group !== group ? html`<h3 class="group-title">${field.group}</h3>` : nothing;
      group = field.group;
      return html`${title} ${keyed(`${field.variable} ${field.type}`, this.drawn(field))}`;
    });
  }

  private drawn(field: FormField): TemplateResult {
    const form = this.form as FormState;
    if (form.keeps(field.variable)) return this.keptSecret(field, form.kept[field.variable] as KeptSecret);
    const given = form.values[field.variable];
    const { variable } = field;
    const shown = this.revealed.has(variable);
    return drawField({
      field,
      id: `field-${variable}`,
      value: given === undefined ? defaultOf(field) : given,
      error: this.complaint(field),
      words: {
        label: this.said(field.label) || variable,
        placeholder: this.said(field.placeholder),
        help: this.said(field.help),
        optional: this.t("form.optional"),
        none: this.t("form.none"),
        link: this.t("form.where"),
        reveal: this.t(shown ? "form.conceal" : "form.reveal", { label: this.said(field.label) || variable }),
        optionLabel: (value) => this.said(field.options?.find((option) => option.value === value)?.label) || value,
      },
      revealed: shown,
      disabled: this.occupied,
      change: (value) => this.changed(form.with(variable, value ?? "")),
      leave: () => this.requestUpdate(),
      reveal: () => (this.revealed = toggled(this.revealed, variable)),
    });
  }

  private keptSecret(field: FormField, kept: KeptSecret): TemplateResult {
    const label = this.said(field.label) || field.variable;
    return html`<div class="field" role="group" aria-label=${label}>
      <span class="label">${label}</span>
      <div class="kept">
        ${icon("lock")} <code>${kept.hint}</code>
        <button type="button" class="button plain tiny" @click=${() => this.replace(field.variable)}>${this.t("form.replace")}</button>
      </div>
    </div>`;
  }

  private replace(variable: string): void {
    if (!this.form) return;
    this.changed(this.form.keeping(variable, null));
    void this.updateComplete.then(() => this.focusField(variable));
  }

  private modelFields(): TemplateResult {
    const asked = this.schema?.model;
    const missing = this.form?.submitted && !this.modelName.trim();
    return html`${
      this.modelTypes.length > 1
        ? radioField({
            id: "model-type",
            label: this.t("form.type"),
            value: this.modelType,
            choices: this.modelTypes.map((type) => ({ value: type, label: this.t(`type.${type}`) })),
            disabled: this.occupied || this.model !== "",
            onchoose: (type) => (this.modelType = (type ?? "") as ModelType),
          })
        : nothing
    }
    ${textField({
      id: "model-name",
      label: this.said(asked?.label) || this.t("form.model"),
      placeholder: this.said(asked?.placeholder),
      help: this.said(asked?.help) || undefined,
      error: missing ? this.t("problem.required", { label: this.said(asked?.label) || this.t("form.model") }) : undefined,
      value: this.modelName,
      required: true,
      disabled: this.occupied || this.model !== "",
      oninput: (name) => (this.modelName = name),
    })}`;
  }

  private nameField(): TemplateResult {
    return textField({
      id: "credential-name",
      label: this.t("form.name"),
      help: this.t("form.name.help"),
      optional: this.t("form.optional"),
      value: this.name,
      disabled: this.occupied,
      oninput: (name) => (this.name = name),
    });
  }

  private pasteField(): TemplateResult {
    return textArea({
      id: "paste",
      label: this.t("form.paste.label"),
      help: this.t("form.paste.help"),
      error: this.pasteFailed ? this.t("form.paste.failed") : undefined,
      value: "",
      mono: true,
      rows: 3,
      oninput: (text) => this.take(text),
    });
  }

  private outcome(): TemplateResult | typeof nothing {
    if (this.failed) return failure(this.failed, this.tr);
    if (!this.verdict) return nothing;
    const { probed = true, seconds, warnings = [] } = this.verdict;
    return html`<div class="notice" data-tone="ok" role="status">
      ${icon("circleCheck")} <strong>${this.t(probed ? "form.valid" : "form.complete")}</strong>
      ${probed && seconds ? html`<span class="muted small number">${this.t("form.valid.latency", { ms: Math.round(seconds * 1000) })}</span>` : nothing}
      ${warnings.map((warning) => html`<span class="muted small">${warning}</span>`)}
    </div>`;
  }

  private actions(): TemplateResult {
    const address = this.said(this.help?.url);
    return html`<div class="actions" part="actions">
        <button type="submit" class="button primary" ?disabled=${this.occupied}>
          ${this.work === "saving" ? html`<span class="spinner"></span>` : nothing} ${this.t("form.save")}
        </button>
        <button type="button" class="button" ?disabled=${this.occupied} @click=${() => this.check()}>
          ${this.work === "validating" ? html`<span class="spinner"></span>` : nothing} ${this.t("form.validate")}
        </button>
        <button
          type="button"
          class="button plain"
          aria-expanded=${this.pasting ? "true" : "false"}
          ?disabled=${this.occupied}
          @click=${() => (this.pasting = !this.pasting)}
        >
          ${this.t("form.paste")}
        </button>
      </div>
      ${
        address
          ? html`<a class="where" href=${address} target="_blank" rel="noopener noreferrer"
            >${this.said(this.help?.title) || address} ${icon("arrowUpRight")}</a
          >`
          : nothing
      }`;
  }

  private get occupied(): boolean {
    return this.busy || this.work === "validating" || this.work === "saving";
  }

  private complaint(field: FormField): string | undefined {
    const refused = this.refusedField(field.variable);
    if (refused) return refused;
    const problem = this.form?.problemOf(field.variable);
    return problem && this.sentence(field, problem);
  }

  private refusedField(variable: string): string | undefined {
    if (!(this.failed instanceof ApiError)) return undefined;
    const fault = this.failed.fields.find((entry) => entry.field === variable);
    if (fault) return fault.message;
    return this.failed.field === variable ? this.failed.message : undefined;
  }

  private sentence(field: FormField, problem: FieldProblem): string {
    const label = this.said(field.label) || field.variable;
    if (problem.code === "format") return this.t(FORMATS[field.format ?? ""] ?? "problem.type", { label });
    const key = `problem.${problem.code}` as "problem.required";
    return this.t(key, { label, max: field.max_length ?? 0, pattern: field.pattern ?? "" });
  }

  private changed(form: FormState): void {
    this.form = form;
    this.failed = this.verdict = null;
    const { values, keep } = form.payload;
    this.tell("credential-change", { values, keep, valid: this.valid });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void this.store();
    }
  }

  /** Several fields at once, from whatever is in the clipboard as JSON or .env. */
  private pasted(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData("text") ?? "";
    const several = readPasted(this.form?.fields ?? [], text);
    if (!several || Object.keys(several).length < 2) return;
    event.preventDefault();
    this.take(text);
  }

  private take(text: string): void {
    const found = readPasted(this.form?.fields ?? [], text);
    this.pasteFailed = !found && text.trim() !== "";
    if (!found || !this.form) return;
    this.pasting = false;
    this.changed(Object.entries(found).reduce((form, [name, value]) => form.with(name, value), this.form));
  }

  private submitted(event: Event): void {
    event.preventDefault();
    void this.store();
  }

  /** Look at the form as on saving; true when it may be sent. Else the first wrong field has the focus. */
  private ready(): boolean {
    this.form = this.form?.submitting() ?? null;
    if (this.valid) return true;
    const first = this.customizable && !this.modelName.trim() ? "model-name" : (this.form?.problems[0]?.variable ?? "");
    void this.updateComplete.then(() => this.focusField(first));
    return false;
  }

  private focusField(variable: string): void {
    const root = this.renderRoot;
    const target = root.querySelector<HTMLElement>(
      `#${CSS.escape(variable)}, #field-${CSS.escape(variable)}, [name="field-${CSS.escape(variable)}"]`,
    );
    const details = target?.closest("details");
    if (details) details.open = true;
    target?.focus();
  }

  private async check(): Promise<void> {
    if (!this.ready()) return;
    const payload = this.payload;
    if (!this.tell("credential-validate", payload, true) || !this.client) return;
    await this.perform("validating", async (client, signal) => {
      this.verdict = await client.validate(payload, signal);
    });
  }

  private async store(): Promise<void> {
    if (this.occupied || !this.ready()) return;
    const payload = this.payload;
    if (!this.tell("credential-save", payload, true) || !this.client) return;
    await this.perform("saving", async (client) => {
      await client.save(payload);
      this.tell("credential-saved", this.target);
    });
  }

  private async perform(work: Work, act: (client: CredentialClient, signal: AbortSignal) => Promise<void>): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.work = work;
    this.failed = this.verdict = null;
    try {
      await act(this.client as CredentialClient, running.signal);
    } catch (error) {
      this.failed = running.signal.aborted ? null : error;
    }
    this.work = "nothing";
    await this.updateComplete;
    if (this.failed instanceof ApiError && this.failed.field) this.focusField(this.failed.field);
  }
}

const FORMATS: Readonly<Record<string, "problem.url" | "problem.json" | "problem.number">> = {
  url: "problem.url",
  json: "problem.json",
  number: "problem.number",
};

function toggled(set: ReadonlySet<string>, member: string): ReadonlySet<string> {
  const copy = new Set(set);
  if (!copy.delete(member)) copy.add(member);
  return copy;
}

define("mr-credential-form", CredentialForm);

declare global {
  interface HTMLElementTagNameMap {
    "mr-credential-form": CredentialForm;
  }
}
