import { type TemplateResult, nothing, render } from "lit";
import { Page } from "./page";

/** A page of the rail. Whoever shows it has drawn its head before (`pageHead`); what one does first is put beside the name. */
export class WholePage extends Page {
  private head: HTMLElement | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.head = this.previousElementSibling?.querySelector<HTMLElement>(".beside") ?? null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.head) render(nothing, this.head);
  }

  /** What stands beside the name. */
  protected beside(): TemplateResult | typeof nothing {
    return nothing;
  }

  protected override updated(): void {
    if (this.head) render(this.beside(), this.head, { host: this });
  }
}
