import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import type { Limits, ModelDetail, ModelInfo, Price, ProviderInfo } from "../core/declared";
import type { Key } from "../core/i18n";
import { money, shownPrice, tokens } from "../core/price";
import { isUsable, meaningOf, referenceOf } from "../core/status";
import { failure } from "../elements/failure";
import { featureWords } from "../elements/model-badges";
import { statusWord } from "../elements/status-word";
import "../elements/parameter-panel";
import "../ui/copy-button";
import { define } from "../ui/define";
import { whatToDo, whyOf } from "./status-words";
import { PICTURES } from "../app/icons";
import { drawing } from "../ui/icon";
import { logo } from "../ui/logo";
import "../ui/overlay";

const LIMITS: readonly (readonly [keyof Limits, Key])[] = [
  ["context", "sheet.context"],
  ["input", "sheet.input"],
  ["output", "sheet.output"],
  ["batch", "sheet.batch"],
  ["documents", "sheet.documents"],
  ["characters", "sheet.characters"],
];
const PRICES: readonly (readonly [keyof Price, Key])[] = [
  ["input", "sheet.price.input"],
  ["output", "sheet.price.output"],
  ["cache_read", "sheet.price.cache_read"],
  ["cache_write", "sheet.price.cache_write"],
  ["reasoning", "sheet.price.reasoning"],
  ["request", "sheet.price.request"],
];

/** Everything that is known of one model. */
export class ModelSheet extends Page {
  @property({ attribute: false }) model: ModelInfo | null = null;
  @property({ attribute: false }) provider: ProviderInfo | null = null;
  @state() private detail: ModelDetail | null = null;
  @state() private failed: unknown = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("model")) void this.load(this.model);
  }

  private async load(model: ModelInfo | null): Promise<void> {
    this.detail = null;
    this.failed = null;
    if (!model) return;
    try {
      const { provider, model: name, model_type } = model;
      const detail = await this.client.model({ provider, model: name, model_type });
      if (this.model === model) this.detail = detail;
    } catch (error) {
      this.failed = error;
    }
  }

  protected override render(): TemplateResult {
    const { model, provider } = this;
    const name = provider ? this.said(provider.label) : "";
    return html`<mr-overlay .open=${model !== null} .heading=${model?.model ?? ""} .closeLabel=${this.t("close")} @overlay-close=${() => this.tell("sheet-close", null)}>
      ${
        model
          ? html`<span slot="icon">${logo({ src: provider ? this.client.icon(provider) : null, name })}</span>
            <span slot="actions" class="status" data-tone=${meaningOf(model.status).tone}>${statusWord(model.status.code, this.tr)}</span>
            <div class="pad stack">${this.failed ? failure(this.failed, this.tr) : nothing} ${this.facts(model, name)} ${this.rules()}</div>`
          : nothing
      }
    </mr-overlay>`;
  }

  private facts(model: ModelInfo, provider: string): TemplateResult {
    const reference = referenceOf(model);
    const about = this.said(model.label);
    const words = featureWords(model, this.tr);
    const { detail } = this;
    const { limits, pricing } = detail ?? model;
    return html`${this.standing(model)}
      <dl class="facts">
        ${about && about !== model.model ? this.fact("sheet.name", about) : nothing}
        <dt>${this.t("sheet.id")}</dt>
        <dd class="row"><code class="grow">${reference}</code><mr-copy .text=${reference}></mr-copy></dd>
        ${this.fact("models.column.provider", provider)} ${this.fact("models.column.type", this.t(`type.${model.model_type}`))}
        ${words.length ? this.fact("models.column.features", words.join(", ")) : nothing}
        ${LIMITS.map(([field, key]) => {
          const value = limits?.[field];
          return value ? this.fact(key, html`<span class="number">${tokens(value, this.language)}</span>`) : nothing;
        })}
        ${this.prices(pricing)} ${detail?.released ? this.fact("sheet.released", detail.released) : nothing}
        ${detail?.modalities?.input?.length ? this.fact("sheet.takes", detail.modalities.input.join(", ")) : nothing}
        ${detail?.modalities?.output?.length ? this.fact("sheet.gives", detail.modalities.output.join(", ")) : nothing}
        ${detail?.source?.length ? this.fact("sheet.source", this.sources(detail)) : nothing}
      </dl>
      ${
        isUsable(model)
          ? html`<div>
            <a class="button" href=${this.router.href(`playground?${new URLSearchParams({ model: reference, type: model.model_type }).toString()}`)}>${this.t("sheet.try")}</a>
          </div>`
          : nothing
      }`;
  }

  private standing(model: ModelInfo): TemplateResult | typeof nothing {
    const { code } = model.status;
    const reason = whyOf(model.status, this.tr);
    const action = whatToDo(model.status, this.tr);
    if (code === "active") return nothing;
    const replacement = this.detail?.deprecation?.replacement;
    return html`<div class="notice" data-tone=${code === "deprecated" ? "warn" : ""}>
      ${drawing(PICTURES.info)} <strong>${statusWord(code, this.tr)}</strong>
      ${reason ? html`<span>${reason}</span>` : nothing}
      ${replacement ? html`<span>${this.t("sheet.replacement", { name: replacement })}</span>` : nothing}
      ${
        code === "no-configure"
          ? html`<a href=${this.router.href(`providers?configure=${encodeURIComponent(model.provider)}`)}>${this.t("picker.configure")}</a>`
          : action
            ? html`<span class="muted">${action}</span>`
            : nothing
      }
    </div>`;
  }

  private prices(price: Price | null | undefined): TemplateResult[] {
    const shown = shownPrice(price, this.language);
    if (!price || !shown) return [];
    const scale = shown.per === "1M tokens" ? Number(price.unit ?? "0.000001") * 1e6 : 1;
    return PRICES.filter(([field]) => price[field]).map(([field, key]) => {
      const amount = money(Number(price[field]) * (field === "request" ? 1 : scale), price.currency ?? "USD", this.language);
      return this.fact(
        key,
        html`<span class="number">${amount}</span> <span class="muted">/ ${this.per(field === "request" ? "request" : shown.per)}</span>`,
      );
    });
  }

  /** What one amount buys; a unit that nobody translated is shown as it is declared. */
  private per(unit: string): string {
    const key = `per.${unit}`;
    const word = this.t(key as Key);
    return word === key ? unit : word;
  }

  private sources(detail: ModelDetail): TemplateResult {
    return html`<ul class="bare">
      ${detail.source?.map((source) =>
        source.url.startsWith("http")
          ? html`<li><a href=${source.url} target="_blank" rel="noopener noreferrer">${new URL(source.url).host}</a> <span class="muted">${source.date ?? ""}</span></li>`
          : html`<li class="muted">${source.url}</li>`,
      )}
    </ul>`;
  }

  private fact(key: Key, value: TemplateResult | string): TemplateResult {
    return html`<dt>${this.t(key)}</dt>
      <dd>${value}</dd>`;
  }

  private rules(): TemplateResult | typeof nothing {
    const rules = this.detail?.parameter_rules;
    if (!rules?.length) return nothing;
    return html`<section>
      <h3 class="section-title">${this.t("sheet.parameters")}</h3>
      <mr-parameter-panel .rules=${rules}></mr-parameter-panel>
    </section>`;
  }
}

define("mr-model-sheet", ModelSheet);

declare global {
  interface HTMLElementTagNameMap {
    "mr-model-sheet": ModelSheet;
  }
}
