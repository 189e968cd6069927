import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import { type Scope, isInherited } from "../core/names";
import { AMOUNTS, type PriceDraft, draftOfPrice, priceIn } from "../core/policies";
import type { OwnPrice, OwnPrices } from "../core/sync";
import { describe, failure } from "../elements/failure";
import { define } from "../ui/define";
import { textField } from "../ui/field";
import { drawing } from "../ui/icon";
import "../ui/overlay";
import { tooltip } from "../ui/tooltip";

/** Prices in place of the declared ones: of a model, or of all of a provider's. */
export class OwnPriceSection extends Page {
  @property({ attribute: false }) prices: OwnPrices = {};
  /** Those that are set for the workspace alone. */
  @property({ attribute: false }) own: readonly string[] = [];
  @property({ attribute: false }) scope: Scope = "workspace";
  @state() private draft: PriceDraft | null = null;
  @state() private refused: unknown = null;

  protected override render(): TemplateResult {
    const all = Object.entries(this.prices).sort(([left], [right]) => left.localeCompare(right));
    return html`<section>
      <h2 class="section-title">${this.t("prices.title")}</h2>
      <p class="muted">${this.t("prices.about")}</p>
      <ul class="routes">
        ${all.map(
          ([name, price]) =>
            html`<li class="panel route">
              <div class="row">
                <h3 class="section-title grow"><code>${name}</code></h3>
                ${isInherited(this.own, name, this.scope) ? html`<span class="chip">${this.t("names.all")}</span>` : nothing}
              </div>
              ${this.facts(draftOfPrice(name, price))} ${this.client.operates ? this.actions(name, price) : nothing}
            </li>`,
        )}
      </ul>
      ${
        this.client.operates
          ? html`<div>
            <button type="button" class="button" @click=${() => this.edit(draftOfPrice("", null))}>${drawing(PICTURES.plus)} ${this.t("prices.new")}</button>
          </div>`
          : nothing
      }
      <mr-overlay .open=${this.draft !== null} .heading=${this.draft?.name || this.t("prices.new")} .closeLabel=${this.t("close")} @overlay-close=${this.closed}>
        <div class="pad">${this.draft ? this.form(this.draft) : nothing}</div>
      </mr-overlay>
    </section>`;
  }

  private facts({ amounts, currency, discount }: PriceDraft): TemplateResult {
    return html`<dl class="facts small">
      ${AMOUNTS.filter((name) => amounts[name]).map(
        (name) =>
          html`<dt>${this.t(`sheet.price.${name}`)}</dt>
            <dd class="number">${amounts[name]} ${currency}</dd>`,
      )}
      ${
        discount
          ? html`<dt>${this.t("prices.discount")}</dt>
            <dd class="number">${discount} %</dd>`
          : nothing
      }
    </dl>`;
  }

  private actions(name: string, price: OwnPrice): TemplateResult {
    const words = this.t("prices.remove", { name });
    return html`<div class="row">
      <button type="button" class="button tiny" aria-label=${this.t("prices.change", { name })} @click=${() => this.edit(draftOfPrice(name, price))}>
        ${this.t("configure.edit")}
      </button>
      ${
        isInherited(this.own, name, this.scope)
          ? nothing
          : html`<button
            type="button"
            class="button plain tiny square danger"
            aria-label=${words}
            ${tooltip(words)}
            @click=${() => confirm(this.t("prices.remove.sure", { name })) && void this.drop(name)}
          >
            ${drawing(PICTURES.trash)}
          </button>`
      }
    </div>`;
  }

  private edit(draft: PriceDraft): void {
    this.draft = draft;
    this.refused = null;
  }

  private readonly closed = (): void => {
    this.draft = null;
  };

  private form(draft: PriceDraft): TemplateResult {
    const change = (part: Partial<PriceDraft>): void => {
      this.draft = { ...draft, ...part };
    };
    return html`<form class="stack" @submit=${(event: Event) => void this.submitted(event, draft)}>
      ${textField({
        id: "price-name",
        label: this.t("prices.name"),
        help: this.t("prices.name.help"),
        value: draft.name,
        required: true,
        mono: true,
        disabled: draft.known,
        oninput: (name) => change({ name }),
      })}
      <div class="two-columns">
        ${AMOUNTS.map((name) =>
          textField({
            id: `price-${name}`,
            label: this.t(`sheet.price.${name}`),
            value: draft.amounts[name],
            placeholder: this.t("prices.declared"),
            inputMode: "decimal",
            oninput: (text) => change({ amounts: { ...draft.amounts, [name]: text } }),
          }),
        )}
        ${textField({
          id: "price-currency",
          label: this.t("prices.currency"),
          value: draft.currency,
          placeholder: this.t("prices.declared"),
          oninput: (currency) => change({ currency }),
        })}
        ${textField({
          id: "price-discount",
          label: this.t("prices.discount"),
          help: this.t("prices.discount.help"),
          value: draft.discount,
          placeholder: "0",
          inputMode: "decimal",
          oninput: (discount) => change({ discount }),
        })}
      </div>
      <p class="muted small">${this.t("prices.unit")}</p>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div><button class="button primary" ?disabled=${!draft.name.trim()}>${this.t("settings.save")}</button></div>
    </form>`;
  }

  private async submitted(event: Event, draft: PriceDraft): Promise<void> {
    event.preventDefault();
    try {
      await this.client.put("prices", draft.name.trim(), priceIn(draft), this.scope);
      this.draft = null;
      this.tell("names-changed", null);
    } catch (error) {
      this.refused = error;
    }
  }

  private async drop(name: string): Promise<void> {
    try {
      await this.client.put("prices", name, null, this.scope);
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    this.tell("names-changed", null);
  }
}

define("mr-own-prices", OwnPriceSection);

declare global {
  interface HTMLElementTagNameMap {
    "mr-own-prices": OwnPriceSection;
  }
}
