import { type ElementPart, noChange } from "lit";
import { Directive, directive } from "lit/directive.js";
import { placeUnder } from "./place";

let shown: HTMLElement | null = null;
let timer = 0;

class Tooltip extends Directive {
  private text = "";
  private element: HTMLElement | null = null;

  override render(_: string): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart, [text]: [string]): typeof noChange {
    this.text = text;
    if (!this.element) {
      this.element = part.element as HTMLElement;
      this.element.addEventListener("pointerenter", this.soon);
      this.element.addEventListener("focusin", this.now);
      this.element.addEventListener("pointerleave", hide);
      this.element.addEventListener("focusout", hide);
      this.element.addEventListener("pointerdown", hide);
      this.element.addEventListener("keydown", hide);
    }
    return noChange;
  }

  private readonly soon = (): void => {
    timer = window.setTimeout(this.show, 350);
  };

  private readonly now = (): void => {
    if (this.element?.matches(":focus-visible")) this.show();
  };

  private readonly show = (): void => {
    hide();
    const { element, text } = this;
    if (!element?.isConnected || !text || !("popover" in HTMLElement.prototype)) return;
    shown = document.createElement("div");
    shown.className = "tooltip";
    shown.setAttribute("aria-hidden", "true");
    shown.popover = "manual";
    shown.textContent = text;
    const root = element.getRootNode();
    (root instanceof ShadowRoot ? root : (element.closest("dialog") ?? document.body)).append(shown);
    shown.showPopover();
    placeUnder(shown, element);
  };
}

function hide(): void {
  clearTimeout(timer);
  shown?.remove();
  shown = null;
}

/** Words for what a drawing means, for eyes. Screen readers get the same from the element's own name. */
export const tooltip = directive(Tooltip);
