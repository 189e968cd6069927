import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { CatalogueClient } from "../core/client";
import type { ModelInfo, ModelType, ProviderInfo } from "../core/declared";
import { type Searchable, prepare, search } from "../core/search";
import { isUsable, meaningOf, referenceOf } from "../core/status";
import { SURFACE } from "../styles/sheets";
import "../ui/combobox";
import type { ComboRow, Combobox } from "../ui/combobox";
import { define } from "../ui/define";
import { icon } from "../ui/icon";
import { Localized } from "../ui/localized";
import { logo } from "../ui/logo";
import { featureIcons, figures } from "./model-badges";
import { statusWord } from "./status-word";

/**
 * Chooses a model. Models that cannot be used stay visible with the reason. A form takes its value as `provider/model`.
 *
 * Data mode: set `models` (and `providers` for labels and icons). Connected mode: set `client`.
 *
 * @fires model-change - `{value, model}`
 * @fires model-configure - `{provider, model}` when a model that needs credentials is taken
 */
export class ModelPicker extends Localized {
  static formAssociated = true;
  static override styles = [
    ...SURFACE,
    css`
      .two {
        display: grid;
        flex: 1;
        min-width: 0;
        line-height: 18px;
      }
      .details {
        display: flex;
        gap: 6px;
        color: var(--muted);
        font-size: 12px;
        line-height: 16px;
      }
      .features {
        gap: 6px;
      }
      .features .icon {
        width: 14px;
        height: 14px;
      }
      .label {
        display: block;
        margin-bottom: 4px;
        font-weight: 500;
      }
      .foot {
        border-top: 1px solid var(--line);
        margin: 4px -4px -4px;
        padding: 6px 14px;
      }
    `,
  ];

  @property() type: ModelType | "" = "";
  @property() value = "";
  @property() label = "";
  /** Under it a form has the value; forms read the attribute, wherever it was set. */
  @property({ reflect: true }) name = "";
  @property() placeholder = "";
  @property({ type: Boolean }) required = false;
  @property({ type: Boolean }) disabled = false;
  /** Show the label as text above; else it only names the control. */
  @property({ type: Boolean, attribute: "show-label" }) showLabel = false;
  @property({ type: Boolean }) clearable = false;
  /** A model must have all of these features; others are shown as unfit. */
  @property({ attribute: false }) features: readonly string[] = [];
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ attribute: false }) providers: readonly ProviderInfo[] = [];
  @property({ attribute: false }) client: CatalogueClient | null = null;
  /** The address of a provider's icon (data mode). */
  @property({ attribute: false }) icons: (provider: ProviderInfo) => string | null = () => null;

  @state() private typed = "";
  @query("mr-combobox") private readonly box!: Combobox;
  private readonly internals = this.attachInternals();
  private byId = new Map<string, ProviderInfo>();
  /** Rows of thousands of models are made for whoever comes near, not for each picker of a page. */
  @state() private awake = false;
  private stale = true;
  private prepared: Searchable<ModelInfo>[] = [];
  private rows: readonly ComboRow[] = [];
  private running: AbortController | null = null;

  get selected(): ModelInfo | undefined {
    return this.models.find((model) => referenceOf(model) === this.value && (!this.type || model.model_type === this.type));
  }

  override focus(): void {
    this.box?.focus();
  }

  formResetCallback(): void {
    this.value = this.getAttribute("value") ?? "";
  }

  formDisabledCallback(disabled: boolean): void {
    this.disabled = disabled;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if ((changed.has("client") || changed.has("type")) && this.client) void this.load(this.client);
    if (changed.has("providers")) this.byId = new Map(this.providers.map((provider) => [provider.provider, provider]));
    if (changed.has("models") || changed.has("type") || changed.has("providers") || changed.has("features")) this.stale = true;
    if (this.awake) {
      if (this.stale) this.prepare();
      this.rows = this.rowsFor(this.typed);
    }
    this.internals.setFormValue(this.value || null);
    const missing = this.required && !this.value;
    this.internals.setValidity(
      missing ? { valueMissing: true } : {},
      missing ? this.t("picker.required") : "",
      this.box ?? undefined,
    );
  }

  private async load(client: CatalogueClient): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    try {
      const [providers, models] = await Promise.all([
        client.providers(running.signal),
        client.models(this.type ? { type: this.type } : {}, running.signal),
      ]);
      if (running.signal.aborted) return;
      this.providers = providers;
      this.models = models;
    } catch (error) {
      if (!running.signal.aborted) this.tell("element-failed", { error });
    }
  }

  private prepare(): void {
    this.stale = false;
    const wanted = this.type ? this.models.filter((model) => model.model_type === this.type) : [...this.models];
    const order = new Map<string, number>();
    for (const model of wanted) {
      const usable = isUsable(model);
      const known = order.get(model.provider);
      if (known === undefined || (usable && known >= 1e6)) order.set(model.provider, order.size + (usable ? 0 : 1e6));
    }
    const place = (model: ModelInfo): number => (order.get(model.provider) ?? 0) * 2 + (isUsable(model) ? 0 : 1);
    wanted.sort((left, right) => place(left) - place(right));
    this.prepared = prepare(wanted, (model) => [
      model.model,
      ...Object.values(model.label ?? {}),
      model.provider,
      ...Object.values(this.byId.get(model.provider)?.label ?? {}),
      ...(this.byId.get(model.provider)?.aliases ?? []),
    ]);
  }

  private rowsFor(typed: string): ComboRow[] {
    const found = search(this.prepared, typed);
    if (typed.trim()) return found.map((model) => this.rowOf(model, true));
    const rows: ComboRow[] = [];
    let provider = "";
    for (const model of found) {
      if (model.provider !== provider) rows.push(this.headingOf((provider = model.provider)));
      rows.push(this.rowOf(model, false));
    }
    return rows;
  }

  private headingOf(id: string): ComboRow {
    const name = this.nameOf(id);
    return {
      kind: "heading",
      value: `heading ${id}`,
      name,
      draw: () => html`${logo({ src: this.iconOf(id), name, small: true })} ${name}`,
    };
  }

  private rowOf(model: ModelInfo, alone: boolean): ComboRow {
    const value = referenceOf(model);
    const label = this.said(model.label) || model.model;
    const reason = this.reasonOf(model);
    const name = [label, this.nameOf(model.provider), reason].filter(Boolean).join(", ");
    return { kind: "option", value, name, disabled: reason !== "", draw: () => this.drawRow(model, label, reason, alone) };
  }

  private drawRow(model: ModelInfo, label: string, reason: string, alone: boolean): TemplateResult {
    const chosen = referenceOf(model) === this.value;
    return html`${alone ? logo({ src: this.iconOf(model.provider), name: this.nameOf(model.provider), small: true }) : nothing}
      <span class="two">
        <span class="name cut">${label}</span>
        <span class="details cut">
          ${
            reason
              ? html`<span class="status" data-tone=${meaningOf(model.status).tone}>${reason}</span>`
              : html`${label !== model.model ? html`<span class="mono cut">${model.model}</span>` : nothing}
              ${figures(model, this.tr, this.language)}`
          }
        </span>
      </span>
      ${model.status.code === "no-configure" ? html`<span class="chip">${this.t("picker.configure")}</span>` : featureIcons(model, this.tr)}
      ${chosen ? html`<span class="check">${icon("check")}</span>` : nothing}`;
  }

  private readonly tr = (...args: Parameters<typeof this.t>): string => this.t(...args);

  /** Why a model cannot be taken; empty when it can. */
  private reasonOf(model: ModelInfo): string {
    if (model.enabled === false) return this.t("status.disabled");
    if (!meaningOf(model.status).usable) return statusWord(model.status.code, this.tr);
    const has = new Set(model.features ?? []);
    return model.features && this.features.some((feature) => !has.has(feature)) ? this.t("picker.unfit") : "";
  }

  private nameOf(provider: string): string {
    return this.said(this.byId.get(provider)?.label) || provider;
  }

  private iconOf(id: string): string | null {
    const provider = this.byId.get(id);
    return provider ? (this.client ? this.client.icon(provider) : this.icons(provider)) : null;
  }

  protected override render(): TemplateResult {
    const model = this.selected;
    const shown = model ? `${this.said(model.label) || model.model}` : this.value;
    const name = this.label || this.t("picker.label");
    const missing = this.value !== "" && this.models.length > 0 && !model;
    return html`${this.showLabel ? html`<label class="label" for="picker">${name}</label>` : nothing}
      <mr-combobox
        .inputId=${"picker"}
        .label=${this.showLabel ? "" : name}
        .rows=${this.rows}
        .value=${this.value}
        .shown=${shown}
        .placeholder=${this.placeholder || this.t("picker.placeholder")}
        .empty=${this.t("picker.empty")}
        .disabled=${this.disabled}
        .invalid=${missing}
        .describedBy=${missing ? "missing" : undefined}
        .clear=${this.clearable ? { label: this.t("picker.clear") } : null}
        @focusin=${() => (this.awake = true)}
        @combo-query=${(event: CustomEvent<string>) => (this.typed = event.detail)}
        @combo-choose=${(event: CustomEvent<string>) => this.choose(event.detail)}
        @combo-blocked=${(event: CustomEvent<string>) => this.blocked(event.detail)}
      ></mr-combobox>
      ${missing ? html`<p id="missing" class="small status" data-tone="warn">${this.t("picker.missing")}</p>` : nothing}`;
  }

  private choose(value: string): void {
    if (value === this.value) return;
    this.value = value;
    this.tell("model-change", { value, model: this.selected ?? null });
  }

  private blocked(value: string): void {
    const model = this.models.find((entry) => referenceOf(entry) === value);
    if (model?.status.code === "no-configure") this.tell("model-configure", { provider: model.provider, model });
  }
}

define("mr-model-picker", ModelPicker);

declare global {
  interface HTMLElementTagNameMap {
    "mr-model-picker": ModelPicker;
  }
}
