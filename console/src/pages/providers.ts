import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { WholePage } from "../app/whole-page";
import { notify } from "../app/toasts";
import { MODEL_TYPES, type ModelType, type ProviderInfo } from "../core/declared";
import { Resource } from "../core/resource";
import "../elements/provider-list";
import type { ProviderFilter, ProviderList } from "../elements/provider-list";
import { define } from "../ui/define";
import { fetchWhenIdle } from "../ui/idle";

/** The drawer comes after the list; a provider that it is given before it is there is kept for it. */
const drawer = (): Promise<unknown> => import("./configure-provider");

/** Home: every provider, and beside it the drawer that configures one. The address holds filter and drawer. */
export class ProvidersPage extends WholePage {
  @query("mr-provider-list") private readonly list!: ProviderList;
  @state() private round = 0;
  private readonly icons = (provider: ProviderInfo): string | null => this.client.icon(provider);
  private readonly providers = new Resource<readonly ProviderInfo[]>(
    (_, signal) => this.client.providers(signal),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.providers.want("all");
    if (this.place.query.has("configure")) void drawer();
  }

  protected override firstUpdated(): void {
    fetchWhenIdle(drawer);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.providers.stop();
  }

  private get filter(): ProviderFilter {
    const { query: asked } = this.place;
    const type = MODEL_TYPES.find((each) => each === asked.get("type"));
    return { text: asked.get("q") ?? "", type: (type ?? "") as ModelType | "", configured: asked.get("configured") === "1" };
  }

  protected override render(): TemplateResult {
    const { current } = this.providers;
    const all = current.state === "ready" ? current.value : null;
    const asked = this.place.query.get("configure");
    const chosen = all?.find((provider) => provider.provider === asked || provider.aliases?.includes(asked ?? ""));
    return html`<mr-provider-list
        data-search
        .client=${null}
        .icons=${this.icons}
        .providers=${all}
        .error=${current.state === "failed" ? current.error : null}
        .filter=${this.filter}
        @provider-filter=${(event: CustomEvent<ProviderFilter>) => this.narrow(event.detail)}
        @provider-select=${(event: CustomEvent<{ provider: ProviderInfo }>) => this.open(event.detail.provider)}
        @provider-again=${() => void this.providers.refresh()}
      ></mr-provider-list>
      <mr-configure-provider
        .surroundings=${this.surroundings}
        .provider=${chosen ?? null}
        @configure-close=${() => this.close()}
        @configure-changed=${(event: CustomEvent<string>) => void this.changed(event.detail)}
      ></mr-configure-provider>
      ${asked && all && !chosen ? html`<p class="visually-hidden" role="status">${this.t("providers.unknown", { name: asked })}</p>` : nothing}`;
  }

  /** The last look at the list: cards move when it is over. */
  private refreshing: Promise<unknown> = Promise.resolve();

  private narrow(filter: ProviderFilter): void {
    this.router.narrow({ q: filter.text, type: filter.type, configured: filter.configured ? "1" : null });
  }

  private open(provider: ProviderInfo): void {
    this.router.narrow({ configure: provider.provider }, { push: true });
  }

  /** The browser gives the focus back; not to a card that has moved to the other section meanwhile. */
  private close(): void {
    const provider = this.place.query.get("configure") ?? "";
    this.router.narrow({ configure: null });
    void Promise.all([this.updateComplete, this.refreshing]).then(() =>
      requestAnimationFrame(() => this.list.shadowRoot?.activeElement || void this.list.focusCard(provider)),
    );
  }

  private async changed(note: string): Promise<void> {
    if (note) notify(note);
    this.refreshing = this.providers.refresh();
    await this.refreshing;
  }

  /** Focus for `/`. */
  override focus(): void {
    this.list.focus();
  }
}

define("mr-providers-page", ProvidersPage);
