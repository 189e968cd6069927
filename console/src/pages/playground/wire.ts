import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../../app/page";
import type { Exchange } from "../../core/wire";
import { define } from "../../ui/define";

/** The line under which a call is shown as it went over the wire. What shows it is fetched when somebody looks. */
export class Wire extends Page {
  @property({ attribute: false }) exchange: Exchange | null = null;
  @state() private open = false;
  private opened = false;

  protected override render(): TemplateResult | typeof nothing {
    const { exchange, open, opened } = this;
    if (!exchange) return nothing;
    return html`<details class="wire" @toggle=${this.toggled}>
      <summary class="small muted">${this.t("play.wire")}</summary>
      ${
        opened
          ? html`<mr-wire-parts .surroundings=${this.surroundings} .place=${this.place} .exchange=${exchange} .open=${open}></mr-wire-parts>`
          : nothing
      }
    </details>`;
  }

  private toggled(event: Event): void {
    this.open = (event.target as HTMLDetailsElement).open;
    if (!this.open || this.opened) return;
    this.opened = true;
    void import("./wire-parts");
  }
}

define("mr-wire", Wire);

declare global {
  interface HTMLElementTagNameMap {
    "mr-wire": Wire;
  }
}
