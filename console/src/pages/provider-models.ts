import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import type { ModelInfo, ProviderInfo } from "../core/declared";
import { Resource } from "../core/resource";
import { prepare, search } from "../core/search";
import { isUsable, meaningOf } from "../core/status";
import { describe, failure } from "../elements/failure";
import { featureIcons, figures } from "../elements/model-badges";
import { statusWord } from "../elements/status-word";
import { define } from "../ui/define";
import { switchBox } from "../ui/field";
import { icon } from "../ui/icon";
import "./check-models";
import "./sync-models";

/** The models of one provider, each with its switch. */
export class ProviderModels extends Page {
  @property({ attribute: false }) provider!: ProviderInfo;
  @state() private typed = "";
  /** Whether the vendor has a list of its own. */
  @property({ type: Boolean }) listed = false;
  @state() private round = 0;
  @state() private opened: "sync" | "check" | null = null;
  private readonly models = new Resource<readonly ModelInfo[]>(
    (provider, signal) => this.client.models({ provider }, signal),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("provider")) this.models.want(this.provider.provider);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.models.stop();
  }

  protected override render(): TemplateResult {
    const { current } = this.models;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    if (!current.value.length) {
      return html`<div class="stack">
        <p class="muted">${this.t("models.of.none")}</p>
        ${this.actions(current.value)}
      </div>`;
    }
    const rows = prepare(current.value, (model) => [model.model, ...Object.values(model.label ?? {})]);
    const found = search(rows, this.typed);
    return html`<div class="stack">
      ${this.actions(current.value)}
      <div class="affixed leading">
        ${icon("search")}
        <input
          class="input"
          type="search"
          aria-label=${this.t("models.search")}
          placeholder=${this.t("models.search")}
          .value=${this.typed}
          @input=${(event: Event) => (this.typed = (event.target as HTMLInputElement).value)}
        />
      </div>
      <ul class="model-rows">
        ${found.map((model) => html`<li>${this.row(model)}</li>`)}
      </ul>
      ${found.length ? nothing : html`<p class="muted" role="status">${this.t("picker.empty")}</p>`}
    </div>`;
  }

  private actions(models: readonly ModelInfo[]): TemplateResult | typeof nothing {
    if (this.client.session?.role !== "admin") return nothing;
    return html`<div class="row wrap">
        ${this.listed ? html`<button type="button" class="button" @click=${() => (this.opened = "sync")}>${this.t("sync.open")}</button>` : nothing}
        ${
          models.some(isUsable)
            ? html`<button type="button" class="button" @click=${() => (this.opened = "check")}>${this.t("check.open")}</button>`
            : nothing
        }
      </div>
      <mr-sync-models
        .surroundings=${this.surroundings}
        .provider=${this.provider}
        .open=${this.opened === "sync"}
        @sync-close=${() => this.closed()}
      ></mr-sync-models>
      <mr-check-models
        .surroundings=${this.surroundings}
        .models=${models}
        .open=${this.opened === "check"}
        @check-close=${() => (this.opened = null)}
      ></mr-check-models>`;
  }

  /** The list that was fetched is in force, whatever was taken over of it. */
  private closed(): void {
    this.opened = null;
    void this.models.refresh();
  }

  private row(model: ModelInfo): TemplateResult {
    const label = this.said(model.label) || model.model;
    const enabled = model.enabled !== false;
    return html`<div class="model-row">
      <span class="grow">
        <span class="row"><span class="cut ${enabled ? "" : "muted"}">${label}</span> ${featureIcons(model, this.tr)}</span>
        <span class="muted small row">
          <span class="type" data-type=${model.model_type}>${this.t(`type.${model.model_type}`)}</span>
          ${figures(model, this.tr, this.language)}
          ${
            ["active", "disabled", "no-configure"].includes(model.status.code)
              ? nothing
              : html`<span class="status" data-tone=${meaningOf(model.status).tone}>${statusWord(model.status.code, this.tr)}</span>`
          }
        </span>
      </span>
      ${switchBox({
        id: `switch-${model.model_type}-${model.model}`,
        name: this.t("models.switch", { name: label }),
        checked: enabled,
        onswitch: (on) => void this.turn(model, on),
      })}
    </div>`;
  }

  /** At once in the page; put back, with a word, where the gateway refuses. */
  private async turn(model: ModelInfo, enabled: boolean): Promise<void> {
    const { current } = this.models;
    if (current.state !== "ready") return;
    const undo = this.models.assume(current.value.map((each) => (each === model ? { ...each, enabled } : each)));
    try {
      await this.client.switchModel(model, enabled);
    } catch (error) {
      undo();
      notify(describe(error, this.tr).what, "bad");
    }
  }
}

define("mr-provider-models", ProviderModels);

declare global {
  interface HTMLElementTagNameMap {
    "mr-provider-models": ProviderModels;
  }
}
