import { type TemplateResult, html, nothing } from "lit";

/** What stands over a page, at once and again when the page itself has come: its name, what it is for, and what one does first. */
export function pageHead(title: string, about: string, beside: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<header class="page-head">
    <div>
      <h1>${title}</h1>
      <p>${about}</p>
    </div>
    ${beside}
  </header>`;
}
