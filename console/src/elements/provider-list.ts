import { type PropertyValues, type TemplateResult, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";
import type { CatalogueClient } from "../core/client";
import { MODEL_TYPES, type ModelType, type ProviderInfo } from "../core/declared";
import { addWords } from "../core/i18n";
import { type Searchable, prepare, search } from "../core/search";
import { isConfigured, meaningOf } from "../core/status";
import english from "../locales/list/en_US.json";
import chinese from "../locales/list/zh_Hans.json";
import { SURFACE } from "../styles/sheets";
import { define } from "../ui/define";
import { Gradual } from "../ui/gradual";
import { icon } from "../ui/icon";
import { Localized } from "../ui/localized";
import { logo } from "../ui/logo";
import { failure } from "./failure";
import { statusWord } from "./status-word";

addWords("en_US", english);
addWords("zh_Hans", chinese);

/** What the list is narrowed to; a page keeps it in its address. */
export interface ProviderFilter {
  text: string;
  type: ModelType | "";
  configured: boolean;
}
/** Cards that are drawn at once, and in each further piece: a long list is no reason to keep a phone from answering. */
const FIRST = 12;
const FURTHER = 16;
export const NO_FILTER: ProviderFilter = { text: "", type: "", configured: false };

/**
 * All providers as cards: configured ones first, then by name. Nobody is pinned.
 *
 * @fires provider-select - `{provider}`
 * @fires provider-filter - the filter after each change
 * @fires provider-again - the user wants another try after an error (data mode)
 */
export class ProviderList extends Localized {
  static override styles = [
    ...SURFACE,
    css`
      .tools {
        display: grid;
        gap: 12px;
        margin-bottom: 20px;
      }
      .wrap {
        flex-wrap: wrap;
      }
      .find {
        max-width: 420px;
      }
      h2 {
        display: flex;
        gap: 8px;
        align-items: baseline;
        margin: 24px 0 10px;
        font-size: 13px;
        line-height: 20px;
        font-weight: 600;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(280px, 100%), 1fr));
        gap: 12px;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .cards > li {
        display: grid;
        content-visibility: auto;
        contain-intrinsic-size: auto 140px;
      }
      .card {
        display: grid;
        grid-template-rows: auto 1fr auto;
        gap: 10px;
        padding: 14px;
        border: 1px solid var(--line);
        border-radius: var(--radius-card);
        background: var(--panel);
        text-align: start;
        cursor: pointer;
        transition: border-color var(--quick);
      }
      .card:hover {
        border-color: var(--edge);
      }
      .card .title {
        display: grid;
        min-width: 0;
        flex: 1;
      }
      .card .name {
        font-size: 14px;
        line-height: 20px;
        font-weight: 600;
      }
      .card .about {
        display: -webkit-box;
        overflow: hidden;
        min-height: 32px;
        color: var(--muted);
        font-size: 12px;
        line-height: 16px;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
      }
      .types {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 10px;
        font-size: 12px;
        line-height: 16px;
      }
      .types .type {
        display: inline-flex;
        align-items: center;
        gap: 5px;
      }
      .types .type::before {
        content: "";
        width: 6px;
        height: 6px;
        border-radius: 2px;
        background: currentcolor;
      }
      .types .type span {
        color: var(--muted);
      }
      .empty {
        display: grid;
        justify-items: center;
        gap: 8px;
        padding: 48px 16px;
      }
      .skeleton {
        height: 138px;
        border-radius: var(--radius-card);
      }
    `,
  ];

  @property({ attribute: false }) providers: readonly ProviderInfo[] | null = null;
  @property({ attribute: false }) client: CatalogueClient | null = null;
  @property({ attribute: false }) filter: ProviderFilter = NO_FILTER;
  @property({ attribute: false }) error: unknown = null;
  /** The address of a provider's icon (data mode). */
  @property({ attribute: false }) icons: (provider: ProviderInfo) => string | null = () => null;
  @state() private prepared: Searchable<ProviderInfo>[] = [];
  @query("#find") private readonly input!: HTMLInputElement;
  private readonly cards = new Gradual(this, FIRST, FURTHER);
  private running: AbortController | null = null;

  override focus(): void {
    this.input?.focus();
  }

  /** Put the focus on a provider's card, wherever it stands now. */
  async focusCard(provider: string): Promise<void> {
    await this.cards.finish();
    this.renderRoot.querySelector<HTMLElement>(`[data-provider="${CSS.escape(provider)}"]`)?.focus();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client") && this.client) void this.load(this.client);
    if (changed.has("providers")) {
      this.prepared = prepare(this.providers ?? [], (provider) => [
        ...Object.values(provider.label),
        provider.provider,
        ...(provider.aliases ?? []),
        ...Object.values(provider.description ?? {}),
      ]);
    }
  }

  async load(client: CatalogueClient): Promise<void> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.error = null;
    try {
      const providers = await client.providers(running.signal);
      if (!running.signal.aborted) this.providers = providers;
    } catch (error) {
      if (!running.signal.aborted) this.error = error;
    }
  }

  private get found(): ProviderInfo[] {
    const { text, type, configured } = this.filter;
    const fits = (provider: ProviderInfo): boolean =>
      (!type || provider.supported_model_types.includes(type)) && (!configured || isConfigured(provider.status));
    const found = search(this.prepared, text).filter(fits);
    const name = (provider: ProviderInfo): string => this.said(provider.label);
    return text.trim()
      ? found
      : found.sort((left, right) => name(left).localeCompare(name(right), this.language.replace("_", "-")));
  }

  protected override render(): TemplateResult {
    return html`${this.tools()} ${this.body()}`;
  }

  private tools(): TemplateResult {
    const { text, type, configured } = this.filter;
    return html`<div class="tools" role="search">
      <div class="affixed leading find">
        ${icon("search")}
        <input
          id="find"
          class="input"
          type="search"
          autocomplete="off"
          aria-label=${this.t("providers.search")}
          placeholder=${this.t("providers.search")}
          .value=${text}
          @input=${(event: Event) => this.narrow({ text: (event.target as HTMLInputElement).value })}
        />
      </div>
      <div class="row wrap" role="group" aria-label=${this.t("providers.filters")}>
        ${this.chip(this.t("providers.configured"), configured, () => this.narrow({ configured: !configured }))}
        ${MODEL_TYPES.map((each) => this.chip(this.t(`type.${each}`), type === each, () => this.narrow({ type: type === each ? "" : each })))}
      </div>
    </div>`;
  }

  private chip(text: string, pressed: boolean, press: () => void): TemplateResult {
    return html`<button type="button" class="chip filter" aria-pressed=${pressed ? "true" : "false"} @click=${press}>${text}</button>`;
  }

  private body(): TemplateResult {
    if (this.error) {
      return html`${failure(this.error, this.tr)}
        <p class="row">
          <button type="button" class="button" @click=${this.retry}>${this.t("again")}</button>
        </p>`;
    }
    if (!this.providers) {
      return html`<div class="cards" role="status" aria-label=${this.t("loading")}>
        ${Array.from({ length: 6 }, () => html`<div class="skeleton"></div>`)}
      </div>`;
    }
    const found = this.found;
    const ready = found.filter((provider) => isConfigured(provider.status));
    const rest = found.filter((provider) => !isConfigured(provider.status));
    if (!found.length) return this.nobody();
    const drawn = this.cards.of(found.length);
    return html`${this.section(this.t("providers.ready"), ready, drawn)}
    ${this.section(this.t("providers.rest"), rest, drawn - ready.length)}`;
  }

  private retry(): void {
    if (this.client) void this.load(this.client);
    else this.tell("provider-again", null);
  }

  private readonly tr = (...args: Parameters<typeof this.t>): string => this.t(...args);

  private nobody(): TemplateResult {
    return html`<div class="empty" role="status">
      <h2>${this.t("providers.none")}</h2>
      <button type="button" class="button" @click=${() => this.narrow(NO_FILTER)}>${this.t("providers.clear")}</button>
    </div>`;
  }

  /** The cards that are `drawn` by now; all are counted. */
  private section(title: string, providers: readonly ProviderInfo[], drawn: number): TemplateResult | typeof nothing {
    if (!providers.length || drawn <= 0) return nothing;
    return html`<h2>${title} <span class="muted number">${providers.length}</span></h2>
      <ul class="cards">
        ${providers.slice(0, drawn).map((provider) => keyed(provider.provider, html`<li>${this.kept(provider)}</li>`))}
      </ul>`;
  }

  /** A card is drawn anew when something of it is. */
  private kept(provider: ProviderInfo): unknown {
    return guard([provider, this.language, this.client, this.icons], () => this.card(provider));
  }

  private card(provider: ProviderInfo): TemplateResult {
    const name = this.said(provider.label);
    const meaning = meaningOf(provider.status);
    const count = Object.values(provider.models ?? {}).reduce((sum, each) => sum + each, 0);
    return html`<button type="button" class="card" data-provider=${provider.provider} @click=${() => this.tell("provider-select", { provider })}>
      <span class="row">
        ${logo({ src: this.client ? this.client.icon(provider) : this.icons(provider), name })}
        <span class="title">
          <span class="name cut">${name}</span>
          <span class="status" data-tone=${meaning.tone}>${statusWord(provider.status.code, this.tr)}</span>
        </span>
        ${count ? html`<span class="muted small number">${this.t("providers.models", { count })}</span>` : nothing}
      </span>
      <span class="about">${this.said(provider.description)}</span>
      <span class="types">
        ${provider.supported_model_types.map((type) => html`<span class="type" data-type=${type}><span>${this.t(`type.${type}`)}</span></span>`)}
      </span>
    </button>`;
  }

  private narrow(change: Partial<ProviderFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.tell("provider-filter", this.filter);
  }
}

define("mr-provider-list", ProviderList);

declare global {
  interface HTMLElementTagNameMap {
    "mr-provider-list": ProviderList;
  }
}
