import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { WholePage } from "../app/whole-page";
import { notify } from "../app/toasts";
import { MODEL_TYPES, type ModelInfo, type ModelType, type ProviderInfo } from "../core/declared";
import { numbers } from "../core/formats";
import type { CredentialView } from "../core/gateway-client";
import { Resource } from "../core/resource";
import { type Names, type Scope, isInherited, namesOf } from "../core/names";
import type { Policies } from "../core/policies";
import { type Route, shareOf } from "../core/routes";
import { isUsable, referenceOf } from "../core/status";
import type { OwnPrices } from "../core/sync";
import { describe, failure } from "../elements/failure";
import "../elements/model-picker";
import { define } from "../ui/define";
import { switchField, textField } from "../ui/field";
import { Gradual } from "../ui/gradual";
import { drawing } from "../ui/icon";
import { fetchWhenIdle } from "../ui/idle";
import "../ui/overlay";
import { tooltip } from "../ui/tooltip";

/** What stands below the first screen, and the form in the drawer: they come after what is seen first. */
const below = (): Promise<unknown> => Promise.all([import("./own-prices"), import("./policies")]);
const form = (): Promise<unknown> => import("./route-form");

interface Named {
  routes: Names<Route>;
  aliases: Names<string>;
  defaults: Names<string>;
  models: readonly ModelInfo[];
  providers: readonly ProviderInfo[];
  credentials: readonly CredentialView[];
  policies: Names<Policies[string]>;
  prices: Names<OwnPrices[string]>;
  /** Everything that may have a policy. */
  nameable: readonly string[];
}

type Table = "routes" | "aliases" | "default-models" | "policies" | "prices";
/** Pieces of the page in the order of their drawing: routes and aliases, a picker for each type, policies, prices. */
const PIECES = 2 + MODEL_TYPES.length + 2;
const FIRST = 2;
const NEW: Route = { name: "", strategy: "ordered", targets: [] };

/** Names that stand for models: routes over several, aliases for one, and the model that is meant where none is named; those of the
 * workspace with what is for all of them, or those for all alone. */
export class RoutesPage extends WholePage {
  @state() private round = 0;
  @state() private alias = { name: "", target: "" };
  @state() private refused: unknown = null;
  private readonly pieces = new Gradual(this, FIRST, 1);
  private readonly icons = (provider: ProviderInfo): string | null => this.client.icon(provider);
  private readonly named = new Resource<Named>(
    (scope, signal) => this.load(scope as Scope, signal),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings") || changed.has("place")) this.named.want(this.scope);
    if (this.place.query.has("route")) void form();
  }

  protected override firstUpdated(): void {
    fetchWhenIdle(below);
    fetchWhenIdle(form);
  }

  private get scope(): Scope {
    return this.client.operates && this.place.query.get("scope") === "all" ? "all" : "workspace";
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.named.stop();
  }

  private async load(scope: Scope, signal: AbortSignal): Promise<Named> {
    const table = async <T>(name: Table): Promise<Names<T>> => namesOf<T>(this.client.api, name, scope, signal);
    const [routes, aliases, defaults, models, providers, credentials, policies, prices] = await Promise.all([
      table<Route>("routes"),
      table<string>("aliases"),
      table<string>("default-models"),
      this.client.models({}, signal),
      this.client.providers(signal),
      this.client.list<CredentialView>("credentials", { signal }),
      table<Policies[string]>("policies"),
      table<OwnPrices[string]>("prices"),
    ]);
    const nameable = [...Object.keys(routes.data), ...models.map(referenceOf)];
    return { routes, aliases, defaults, models, providers, credentials, policies, prices, nameable };
  }

  protected override render(): TemplateResult {
    const { current } = this.named;
    const open = this.place.query.get("route");
    const value = current.state === "ready" ? current.value : null;
    const route = value && open !== null ? (value.routes.data[open] ?? (open === "new" ? NEW : null)) : null;
    return html`${this.client.operates ? this.scopeSwitch() : nothing}
    ${
      current.state === "failed"
        ? html`<div class="stack">
            ${failure(current.error, this.tr)}
            <div><button type="button" class="button" @click=${() => void this.named.refresh()}>${this.t("again")}</button></div>
          </div>`
        : value
          ? this.whole(value)
          : html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`
    }
      <mr-overlay
        .open=${route !== null}
        .heading=${route?.name || this.t("routes.new")}
        .closeLabel=${this.t("close")}
        @overlay-close=${() => this.router.narrow({ route: null })}
      >
        <div class="pad">
          ${
            value && route
              ? html`<mr-route-form
                .surroundings=${this.surroundings}
                .route=${route}
                .scope=${this.scope}
                .models=${value.models}
                .providers=${value.providers}
                .credentials=${value.credentials}
                @route-saved=${(event: CustomEvent<string>) => void this.saved(event.detail)}
              ></mr-route-form>`
              : nothing
          }
        </div>
      </mr-overlay>`;
  }

  private scopeSwitch(): TemplateResult {
    return switchField({
      id: "names-scope",
      label: this.t("names.scope"),
      help: this.t("names.scope.help"),
      checked: this.scope === "all",
      onswitch: (on) => this.router.narrow({ scope: on ? "all" : null, route: null }),
    });
  }

  private inherited({ own }: Names<unknown>, name: string): boolean {
    return isInherited(own, name, this.scope);
  }

  private forAll(): TemplateResult {
    return html`<span class="chip">${this.t("names.all")}</span>`;
  }

  private async saved(name: string): Promise<void> {
    this.router.narrow({ route: null });
    notify(this.t("routes.saved", { name }));
    await this.named.refresh();
  }

  private whole(value: Named): TemplateResult {
    const further = this.pieces.of(PIECES) - FIRST;
    const rules = further - MODEL_TYPES.length;
    return html`<div class="stack wide">
      ${this.routes(value)} ${this.aliases(value)} ${further > 0 ? this.defaults(value, MODEL_TYPES.slice(0, further)) : nothing}
      ${rules > 0 ? this.policies(value) : nothing} ${rules > 1 ? this.prices(value) : nothing}
    </div>`;
  }

  private policies({ policies, nameable }: Named): TemplateResult {
    return html`<mr-policies
      .surroundings=${this.surroundings}
      .scope=${this.scope}
      .policies=${policies.data}
      .own=${policies.own}
      .names=${nameable}
      @names-changed=${() => void this.named.refresh()}
    ></mr-policies>`;
  }

  private prices({ prices }: Named): TemplateResult {
    return html`<mr-own-prices
      .surroundings=${this.surroundings}
      .scope=${this.scope}
      .prices=${prices.data}
      .own=${prices.own}
      @names-changed=${() => void this.named.refresh()}
    ></mr-own-prices>`;
  }

  protected override beside(): TemplateResult | typeof nothing {
    if (!this.client.edits) return nothing;
    return html`<button type="button" class="button primary" @click=${() => this.router.narrow({ route: "new" }, { push: true })}>
              ${drawing(PICTURES.plus)} ${this.t("routes.new")}
            </button>`;
  }

  private routes({ routes }: Named): TemplateResult {
    const all = Object.values(routes.data).sort((left, right) => left.name.localeCompare(right.name));
    if (!all.length) {
      return html`<div class="empty panel">
        <h2>${this.t("routes.empty")}</h2>
        <p>${this.t("routes.empty.about")}</p>
      </div>`;
    }
    return html`<ul class="routes">
      ${all.map((route) => html`<li class="panel route">${this.route(route, this.inherited(routes, route.name))}</li>`)}
    </ul>`;
  }

  private route(route: Route, inherited: boolean): TemplateResult {
    const percent = numbers(this.language, { style: "percent", maximumFractionDigits: 0 });
    const weighted = route.strategy === "weighted";
    return html`<div class="row">
        <h2 class="section-title grow"><code>${route.name}</code></h2>
        ${inherited ? this.forAll() : nothing}
        <span class="chip" ${tooltip(this.t(`strategy.${route.strategy}.help`))}>${this.t(`strategy.${route.strategy}`)}</span>
      </div>
      <ol class="route-targets">
        ${route.targets.map(
          (target) =>
            html`<li>
              <code class="cut">${target.model}</code>
              ${weighted ? html`<span class="muted number">${percent.format(shareOf(target, route.targets))}</span>` : nothing}
            </li>`,
        )}
      </ol>
      ${
        this.client.edits
          ? html`<div class="row">
            <button type="button" class="button tiny" @click=${() => this.router.narrow({ route: route.name }, { push: true })}>
              ${this.t("configure.edit")}
            </button>
            ${inherited ? nothing : this.removeButton("routes", route.name)}
          </div>`
          : nothing
      }`;
  }

  private removeButton(table: Table, name: string): TemplateResult {
    const words = this.t("keys.remove", { name });
    return html`<button
      type="button"
      class="button plain tiny square danger"
      aria-label=${words}
      ${tooltip(words)}
      @click=${() => confirm(this.t("configure.remove.sure", { name })) && void this.put(table, name, null)}
    >
      ${drawing(PICTURES.trash)}
    </button>`;
  }

  private aliases({ aliases, routes, models }: Named): TemplateResult {
    const all = Object.entries(aliases.data).sort(([left], [right]) => left.localeCompare(right));
    return html`<section>
      <h2 class="section-title">${this.t("aliases.title")}</h2>
      <div class="panel">
        ${
          all.length
            ? html`<div class="scroll-x" tabindex="0" role="region" aria-label=${this.t("aliases.title")}>
              <table class="grid">
                <thead>
                  <tr>
                    <th scope="col">${this.t("aliases.name")}</th>
                    <th scope="col">${this.t("aliases.target")}</th>
                    <th scope="col"><span class="visually-hidden">${this.t("keys.actions")}</span></th>
                  </tr>
                </thead>
                <tbody>
                  ${all.map(
                    ([name, target]) =>
                      html`<tr>
                        <th scope="row"><code>${name}</code></th>
                        <td><code>${target}</code></td>
                        <td class="end-cell">${
                          this.inherited(aliases, name)
                            ? this.forAll()
                            : this.client.edits
                              ? this.removeButton("aliases", name)
                              : nothing
                        }</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>`
            : nothing
        }
        ${this.client.edits ? this.aliasForm(routes, models) : all.length ? nothing : html`<p class="pad muted">${this.t("aliases.none")}</p>`}
      </div>
    </section>`;
  }

  private aliasForm(routes: Named["routes"], models: readonly ModelInfo[]): TemplateResult {
    const { alias } = this;
    const target = alias.target.trim();
    const known = !target || target in routes.data || models.some((model) => referenceOf(model) === target);
    return html`<form class="pad stack alias-form" @submit=${this.addAlias}>
      <div class="two-columns">
        ${textField({
          id: "alias-name",
          label: this.t("aliases.name"),
          help: this.t("aliases.name.help"),
          value: alias.name,
          mono: true,
          oninput: (name) => (this.alias = { ...alias, name }),
        })}
        ${textField({
          id: "alias-target",
          label: this.t("aliases.target"),
          help: known ? this.t("aliases.target.help") : this.t("aliases.unknown"),
          value: alias.target,
          mono: true,
          oninput: (text) => (this.alias = { ...alias, target: text }),
        })}
      </div>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button" ?disabled=${!alias.name.trim() || !target}>${drawing(PICTURES.plus)} ${this.t("aliases.add")}</button>
      </div>
    </form>`;
  }

  private async addAlias(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.alias.name.trim();
    this.refused = null;
    try {
      await this.client.put("aliases", name, this.alias.target.trim(), this.scope);
      this.alias = { name: "", target: "" };
    } catch (error) {
      this.refused = error;
    }
    await this.named.refresh();
  }

  /** The models that are meant where none is named, for the types that are drawn by now. */
  private defaults({ defaults, models, providers }: Named, types: readonly ModelType[]): TemplateResult {
    return html`<section>
      <h2 class="section-title">${this.t("defaults.title")}</h2>
      <div class="panel pad stack">
        <p class="muted">${this.t("defaults.about")}</p>
        <div class="two-columns">${types.map((type) => this.defaultOf(type, defaults, models, providers))}</div>
      </div>
    </section>`;
  }

  private defaultOf(
    type: ModelType,
    defaults: Names<string>,
    models: readonly ModelInfo[],
    providers: readonly ProviderInfo[],
  ): TemplateResult {
    const value = defaults.data[type] ?? "";
    const inherited = value !== "" && this.inherited(defaults, type);
    const suggested = value ? undefined : models.find((model) => model.model_type === type && isUsable(model));
    return html`<div class="default-model">
      <mr-model-picker
        show-label
        ?clearable=${!inherited}
        .label=${this.t(`type.${type}`)}
        .type=${type}
        .value=${value}
        .models=${models}
        .providers=${providers}
        .disabled=${!this.client.edits}
        .icons=${this.icons}
        @model-change=${(event: CustomEvent<{ value: string }>) => void this.put("default-models", type, event.detail.value || null)}
        @model-configure=${(event: CustomEvent<{ provider: string }>) =>
          this.router.go(`providers?configure=${encodeURIComponent(event.detail.provider)}`)}
      ></mr-model-picker>
      ${inherited ? html`<div>${this.forAll()}</div>` : nothing}
      ${
        suggested && this.client.edits
          ? html`<button type="button" class="button plain tiny" @click=${() => void this.put("default-models", type, referenceOf(suggested))}>
            <span class="cut">${this.t("defaults.suggest", { name: referenceOf(suggested) })}</span>
          </button>`
          : nothing
      }
    </div>`;
  }

  /** Set a name, or take it away; the page shows what the gateway then has. */
  private async put(table: Table, name: string, value: string | null): Promise<void> {
    try {
      await this.client.put(table, name, value, this.scope);
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    await this.named.refresh();
  }
}

define("mr-routes-page", RoutesPage);
