import { type TemplateResult, html } from "lit";

/** What stands over a page while its file and its data come, and stays: its name and what it is for. Beside them `WholePage` draws. */
export function pageHead(title: string, about: string): TemplateResult {
  return html`<header class="page-head">
    <div>
      <h1>${title}</h1>
      <p>${about}</p>
    </div>
    <div class="beside row"></div>
  </header>`;
}
