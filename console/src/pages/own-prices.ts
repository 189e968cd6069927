import { type TemplateResult, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { AMOUNTS, type PriceDraft, draftOfPrice, priceIn } from "../core/policies";
import type { OwnPrice, OwnPrices } from "../core/sync";
import { define } from "../ui/define";
import { textField } from "../ui/field";
import { NamedTable, type TableWords } from "./named-table";

const WORDS: TableWords = {
  title: "prices.title",
  about: "prices.about",
  new: "prices.new",
  name: "prices.name",
  help: "prices.name.help",
  change: "prices.change",
  remove: "prices.remove",
  sure: "prices.remove.sure",
};

/** Prices in place of the declared ones: of a model, or of all of a provider's. */
export class OwnPriceSection extends NamedTable<OwnPrice, PriceDraft> {
  @property({ attribute: false }) prices: OwnPrices = {};
  protected readonly table = "prices";
  protected readonly words = WORDS;
  protected readonly draftOf = draftOfPrice;
  protected readonly written = priceIn;

  /** A budget is worth nothing where whoever spends it sets the price. */
  protected override get mayChange(): boolean {
    return this.client.operates;
  }

  protected override render(): TemplateResult {
    return this.drawn(this.prices);
  }

  protected facts(name: string, price: OwnPrice): TemplateResult {
    const { amounts, currency, discount } = draftOfPrice(name, price);
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

  protected fields(draft: PriceDraft, change: (part: Partial<PriceDraft>) => void): TemplateResult {
    return html`<div class="two-columns">
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
      <p class="muted small">${this.t("prices.unit")}</p>`;
  }
}

define("mr-own-prices", OwnPriceSection);

declare global {
  interface HTMLElementTagNameMap {
    "mr-own-prices": OwnPriceSection;
  }
}
