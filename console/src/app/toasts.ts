import { type TemplateResult, html } from "lit";
import { query, state } from "lit/decorators.js";
import { define } from "../ui/define";
import { icon } from "../ui/icon";
import { Localized } from "../ui/localized";

export interface Toast {
  text: string;
  tone: "ok" | "bad";
}

const SECONDS = 6;

/** Short notes of what happened elsewhere than where one looks. They are spoken, and never the only trace of a failure. */
export class Toasts extends Localized {
  @state() private toasts: readonly Toast[] = [];
  @query(".toasts") private readonly region!: HTMLElement;

  protected override createRenderRoot(): this {
    return this;
  }

  show(toast: Toast): void {
    this.toasts = [...this.toasts, toast];
    // In the top layer, above an open dialog.
    this.region.hidePopover?.();
    this.region.showPopover?.();
    setTimeout(() => (this.toasts = this.toasts.filter((each) => each !== toast)), SECONDS * 1000);
  }

  protected override render(): TemplateResult {
    return html`<div class="toasts" .popover=${"manual"} role="status" aria-live="polite">
      ${this.toasts.map(
        (toast) =>
          html`<div class="toast" data-tone=${toast.tone}>
            ${icon(toast.tone === "ok" ? "circleCheck" : "alert")} <span class="grow">${toast.text}</span>
            <button
              type="button"
              class="button plain tiny square"
              aria-label=${this.t("close")}
              @click=${() => (this.toasts = this.toasts.filter((each) => each !== toast))}
            >
              ${icon("close")}
            </button>
          </div>`,
      )}
    </div>`;
  }
}

define("mr-toasts", Toasts);

/** Show a note, from anywhere. */
export function notify(text: string, tone: Toast["tone"] = "ok"): void {
  document.querySelector<Toasts>("mr-toasts")?.show({ text, tone });
}

declare global {
  interface HTMLElementTagNameMap {
    "mr-toasts": Toasts;
  }
}
