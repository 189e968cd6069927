import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { define } from "./define";
import { icon } from "./icon";
import { Localized } from "./localized";
import { tooltip } from "./tooltip";

/** Copies `text`; says so for a moment. */
export class CopyButton extends Localized {
  @property() text = "";
  @property() label = "";
  @property({ type: Boolean }) words = false;
  @state() private done = false;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const name = this.done ? this.t("copy.done") : this.label || this.t("copy.copy");
    return html`<button
        type="button"
        class="button plain tiny ${this.words ? "" : "square"}"
        aria-label=${name}
        ${tooltip(this.words ? "" : name)}
        @click=${this.copy}
      >
        ${icon(this.done ? "check" : "copy")} ${this.words ? name : nothing}
      </button>
      <span class="visually-hidden" role="status">${this.done ? this.t("copy.done") : ""}</span>`;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text);
    } catch {
      copyBySelection(this.text, this);
    }
    this.done = true;
    setTimeout(() => (this.done = false), 1500);
  }
}

/** For pages that are no secure context, where the clipboard is closed to scripts. */
function copyBySelection(text: string, near: HTMLElement): void {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  near.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

define("mr-copy", CopyButton);

declare global {
  interface HTMLElementTagNameMap {
    "mr-copy": CopyButton;
  }
}
