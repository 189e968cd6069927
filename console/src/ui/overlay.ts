import { LitElement, type PropertyValues, type TemplateResult, css, html } from "lit";
import { property, query } from "lit/decorators.js";
import { INNER } from "../styles/sheets";
import { define } from "./define";
import { icon } from "./icon";

/** A native dialog: `drawer` from the side, or `dialog` in the middle. Its content is slotted, so it keeps the styles and ids of
 *  its surroundings. The browser keeps the focus inside and gives it back. */
export class Overlay extends LitElement {
  static override styles = [
    ...INNER,
    css`
      :host {
        display: contents;
      }
      dialog {
        display: none;
        flex-direction: column;
        width: min(480px, 100vw);
        max-width: none;
        height: 100dvh;
        max-height: none;
        margin: 0 0 0 auto;
        padding: 0;
        border: 0;
        border-inline-start: 1px solid var(--line);
        background: var(--background);
        color: var(--text);
        box-shadow: var(--shadow);
        overflow: hidden;
      }
      dialog[open] {
        display: flex;
        animation: enter 140ms ease-out;
      }
      dialog.middle {
        width: min(var(--overlay-width, 520px), calc(100vw - 24px));
        height: fit-content;
        max-height: min(720px, calc(100dvh - 48px));
        margin: 12vh auto auto;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
      }
      dialog::backdrop {
        background: rgb(10 10 14 / 38%);
      }
      header {
        display: flex;
        align-items: center;
        gap: 12px;
        padding: 12px 12px 12px 20px;
        border-bottom: 1px solid var(--line);
        background: var(--panel);
      }
      header.bare {
        display: none;
      }
      h2:focus-visible {
        outline: none;
      }
      h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
        font-size: 16px;
        line-height: 24px;
        font-weight: 600;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .body {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      @keyframes enter {
        from {
          opacity: 0;
          transform: translateX(12px);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        dialog[open] {
          animation: none;
        }
      }
    `,
  ];

  @property({ type: Boolean }) open = false;
  @property() heading = "";
  @property() mode: "drawer" | "dialog" = "drawer";
  @property({ type: Boolean }) bare = false;
  @property({ attribute: "close-label" }) closeLabel = "";
  @query("dialog") private readonly dialog!: HTMLDialogElement;

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("open")) return;
    if (this.open && !this.dialog.open) this.dialog.showModal();
    else if (!this.open && this.dialog.open) this.dialog.close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dialog?.close();
  }

  protected override render(): TemplateResult {
    return html`<dialog
      class=${this.mode === "dialog" ? "middle" : "side"}
      aria-label=${this.heading}
      @cancel=${this.asked}
      @close=${this.asked}
      @mousedown=${this.outside}
    >
      <header class=${this.bare ? "bare" : ""} part="header">
        <slot name="icon"></slot>
        <h2 tabindex="-1" autofocus>${this.heading}</h2>
        <slot name="actions"></slot>
        <button type="button" class="button plain square" aria-label=${this.closeLabel} @click=${this.asked}>${icon("close")}</button>
      </header>
      <div class="body" part="body"><slot></slot></div>
      <slot name="footer"></slot>
    </dialog>`;
  }

  private outside(event: MouseEvent): void {
    if (event.target !== this.dialog) return;
    const box = this.dialog.getBoundingClientRect();
    const inside =
      event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) this.asked(event);
  }

  /** Whoever owns `open` decides; a listener that calls preventDefault keeps it open. */
  private asked(event: Event): void {
    if (event.target !== this.dialog && event.type !== "click") return;
    if (event.type === "cancel") event.preventDefault();
    if (this.open) this.dispatchEvent(new CustomEvent("overlay-close", { bubbles: true, composed: true }));
  }
}

define("mr-overlay", Overlay);

declare global {
  interface HTMLElementTagNameMap {
    "mr-overlay": Overlay;
  }
}
