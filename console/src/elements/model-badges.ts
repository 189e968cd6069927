import { type TemplateResult, html, nothing } from "lit";
import type { ModelInfo } from "../core/declared";
import type { Key, Words } from "../core/i18n";
import { shownPrice, tokens } from "../core/price";
import { type IconName, icon } from "../ui/icon";
import { tooltip } from "../ui/tooltip";

type T = (key: Key, words?: Words) => string;

/** Features that have a drawing, in the order they are shown. Unknown ones are words on the model's own page. */
const FEATURES: readonly (readonly [feature: string, icon: IconName, key: Key])[] = [
  ["vision", "image", "feature.vision"],
  ["video", "video", "feature.video"],
  ["audio", "mic", "feature.audio"],
  ["document", "document", "feature.document"],
  ["tool-call", "tool", "feature.tool-call"],
  ["structured-output", "braces", "feature.structured-output"],
  ["agent-thought", "bulb", "feature.agent-thought"],
];

/** Drawings, not words: words cut the names of the models. */
export function featureIcons(model: ModelInfo, t: T): TemplateResult {
  const has = new Set(model.features ?? []);
  const found = FEATURES.filter(([feature]) => has.has(feature));
  return html`<span class="row features">
    ${found.map(([, name, key]) => html`<span class="row muted" role="img" aria-label=${t(key)} ${tooltip(t(key))}>${icon(name)}</span>`)}
  </span>`;
}

/** Context and price in one line, e.g. `128K · $2.50 / $10`. */
export function figures(model: ModelInfo, t: T, locale: string): TemplateResult {
  const context = model.limits?.context ?? model.limits?.input;
  const price = shownPrice(model.pricing, locale);
  const parts = [context ? tokens(context, locale) : "", price ? priceText(price, t) : ""].filter(Boolean);
  return html`<span class="number">${parts.length ? parts.join(" · ") : nothing}</span>`;
}

export function priceText(price: NonNullable<ReturnType<typeof shownPrice>>, t: T): string {
  if (price.free) return t("price.free");
  return [price.input, price.output].filter((text) => text !== null).join(" / ");
}

export function featureWords(model: ModelInfo, t: T): string[] {
  const has = new Set(model.features ?? []);
  return FEATURES.filter(([feature]) => has.has(feature)).map(([, , key]) => t(key));
}
