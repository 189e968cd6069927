import { type TemplateResult, html } from "lit";

/** A provider's icon as the backend serves it, never inline; its first letter where there is none. */
export function logo(options: { src?: string | null | undefined; name: string; small?: boolean }): TemplateResult {
  const letter = [...options.name][0]?.toUpperCase() ?? "";
  return html`<span class="logo ${options.small ? "small" : ""}" aria-hidden="true"
    >${options.src ? html`<img src=${options.src} alt="" loading="lazy" decoding="async" @error=${broken} />` : letter}</span
  >`;
}

function broken(event: Event): void {
  (event.target as HTMLElement).remove();
}
