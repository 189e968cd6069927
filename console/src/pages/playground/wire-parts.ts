import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../../app/page";
import type { Key } from "../../core/i18n";
import { type Exchange, type Snippet, shortened, streamText } from "../../core/wire";
import { failure } from "../../elements/failure";
import { code } from "../../ui/code";
import "../../ui/copy-button";
import { define } from "../../ui/define";
import { panelOf, tabs } from "../../ui/tabs";

const PARTS = ["request", "response", "stream", "code"] as const;
type Part = (typeof PARTS)[number];
const WORDS: Readonly<Record<Part, Key>> = {
  request: "play.wire.request",
  response: "play.wire.response",
  stream: "play.wire.stream",
  code: "play.wire.code",
};

/** What went over the wire: the request, what came back and when, and the same call as code. */
export class WireParts extends Page {
  @property({ attribute: false }) exchange: Exchange | null = null;
  /** Somebody looks. */
  @property({ attribute: false }) open = false;
  @state() private shownPart: Part = "request";
  @state() private snippets: readonly Snippet[] = [];
  @state() private chosen = "";
  @state() private failed: unknown = null;
  private asked = "";
  private soon = 0;
  private waiting = false;

  /** While words come, at most once a frame. */
  protected override shouldUpdate(changed: PropertyValues): boolean {
    if (!this.open || !changed.has("exchange") || changed.size > 1 || !this.hasUpdated || !this.exchange?.events.length)
      return true;
    if (this.waiting) return false;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.requestUpdate();
    });
    return false;
  }

  protected override updated(): void {
    clearTimeout(this.soon);
    if (this.open && this.shownPart === "code")
      this.soon = window.setTimeout(() => void this.ask(), this.snippets.length ? 300 : 0);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { exchange } = this;
    if (!exchange || !this.open) return nothing;
    return html`${tabs({
      label: this.t("play.wire"),
      items: PARTS.map((id) => ({ id: `wire-${id}`, text: this.t(WORDS[id]) })),
      selected: `wire-${this.shownPart}`,
      onselect: (id) => (this.shownPart = id.slice("wire-".length) as Part),
    })}
    ${panelOf(`wire-${this.shownPart}`, this.shownPart === "code" ? this.code() : this.text(exchange, this.shownPart))}`;
  }

  private text(exchange: Exchange, part: Exclude<Part, "code">): TemplateResult {
    const said = TEXTS[part](exchange);
    if (!said) return html`<p class="muted small pad">${this.t("play.wire.none")}</p>`;
    return this.shown(said, part === "stream" ? "" : "json", this.t(WORDS[part]));
  }

  private shown(text: string, language: string, label: string): TemplateResult {
    return html`<div class="copied">${code(text, language, label)}<mr-copy .text=${text}></mr-copy></div>`;
  }

  private code(): TemplateResult {
    if (this.failed) return failure(this.failed, this.tr);
    const chosen = this.snippets.find((snippet) => snippet.id === this.chosen) ?? this.snippets[0];
    if (!chosen) return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    return html`<div class="row wrap choices" role="group" aria-label=${this.t("play.wire.language")}>
        ${this.snippets.map(
          (snippet) =>
            html`<button
              type="button"
              class="button tiny"
              aria-pressed=${snippet === chosen ? "true" : "false"}
              @click=${() => (this.chosen = snippet.id)}
            >
              ${snippet.label}
            </button>`,
        )}
      </div>
      ${this.shown(chosen.code, chosen.language, chosen.label)}`;
  }

  /** The gateway writes the code: it knows its own address and clients. */
  private async ask(): Promise<void> {
    const { exchange } = this;
    if (!exchange) return;
    const body = { model: exchange.model, model_type: exchange.type, request: shortened(exchange.request) };
    const asked = JSON.stringify(body);
    if (asked === this.asked) return;
    this.asked = asked;
    try {
      const found = await this.client.api.json<{ data: Snippet[] }>("snippets", { method: "POST", body });
      if (this.asked !== asked) return;
      this.failed = null;
      this.snippets = found.data;
    } catch (error) {
      if (this.asked === asked) this.failed = error;
    }
  }
}

const TEXTS: Readonly<Record<Exclude<Part, "code">, (exchange: Exchange) => string>> = {
  request: ({ request }) => JSON.stringify(shortened(request), null, 2),
  response: ({ events }) =>
    events
      .filter(({ name }) => name === "result" || name === "error" || name === "record")
      .map(({ data }) => JSON.stringify(shortened(JSON.parse(data)), null, 2))
      .join("\n"),
  stream: ({ events }) => streamText(events),
};

define("mr-wire-parts", WireParts);

declare global {
  interface HTMLElementTagNameMap {
    "mr-wire-parts": WireParts;
  }
}
