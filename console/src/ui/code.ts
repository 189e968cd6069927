import { type TemplateResult, html } from "lit";
import { coloured } from "../core/highlight";

/** Code that one can scroll and read in colours; `label` names it. */
export const code = (text: string, language: string, label: string): TemplateResult => html`<pre
  class="mono code"
  tabindex="0"
  role="region"
  aria-label=${label}
><code>${coloured(text, language).map((token) => (token.colour ? html`<span class="hl-${token.colour}">${token.text}</span>` : token.text))}</code></pre>`;
