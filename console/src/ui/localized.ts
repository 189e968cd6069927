import { LitElement } from "lit";
import { type Key, type Language, type Words, hasLanguage, languageFor, loadLanguage, translate } from "../core/i18n";
import type { I18nText } from "../core/declared";
import { pick } from "../core/pick";

const living = new Set<Localized>();
let watching = false;

/** An element that speaks the language of its own `lang`, of its surroundings, or of the page. */
export class Localized extends LitElement {
  private spoken: Language = "en_US";

  get language(): Language {
    return this.spoken;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    living.add(this);
    watchDocument();
    void this.listenUp();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    living.delete(this);
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    super.attributeChangedCallback(name, before, after);
    if (name === "lang" && this.isConnected) void this.listenUp();
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, "lang"];
  }

  /** The text of a key in this element's language. */
  protected t(key: Key, words?: Words): string {
    return translate(this.spoken, key, words);
  }

  /** The text of a declaration in this element's language. */
  protected said(text: I18nText | null | undefined): string {
    return pick(text, this.spoken);
  }

  /** Tell the host page; it passes shadow roots. False when a listener called preventDefault. */
  protected tell<T>(name: string, detail: T, cancelable = false): boolean {
    return this.dispatchEvent(new CustomEvent<T>(name, { detail, bubbles: true, composed: true, cancelable }));
  }

  async listenUp(): Promise<void> {
    const wanted = languageFor(surroundingLanguage(this));
    if (!hasLanguage(wanted)) await loadLanguage(wanted);
    if (wanted === this.spoken) return;
    this.spoken = wanted;
    this.requestUpdate();
  }
}

function surroundingLanguage(start: Element): string {
  for (let at: Element | null = start; at; at = parentOf(at)) {
    const found = at.getAttribute("lang");
    if (found) return found;
  }
  return document.documentElement.lang || navigator.language;
}

function parentOf(element: Element): Element | null {
  if (element.assignedSlot) return element.assignedSlot;
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

function watchDocument(): void {
  if (watching) return;
  watching = true;
  new MutationObserver(() => {
    for (const element of living) void element.listenUp();
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["lang"], subtree: true });
}
