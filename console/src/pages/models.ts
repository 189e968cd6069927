import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { WholePage } from "../app/whole-page";
import { MODEL_TYPES, type ModelInfo, type ModelType, type ProviderInfo } from "../core/declared";
import { shownPrice, tokens } from "../core/price";
import { Resource } from "../core/resource";
import { type Searchable, prepare, search } from "../core/search";
import { isUsable, meaningOf, referenceOf } from "../core/status";
import { failure } from "../elements/failure";
import { featureIcons, priceText } from "../elements/model-badges";
import { statusWord } from "../elements/status-word";
import { define } from "../ui/define";
import { icon } from "../ui/icon";
import { fetchWhenIdle } from "../ui/idle";
import { logo } from "../ui/logo";
import "../ui/windowed-table";
import type { Column, Sorting } from "../ui/windowed-table";

interface Catalogue {
  models: readonly ModelInfo[];
  providers: ReadonlyMap<string, ProviderInfo>;
}

/** One model, in a drawer that comes after the table. */
const sheet = (): Promise<unknown> => import("./model-sheet");

/** Every model there is: usable ones, and the others with the reason. */
export class ModelsPage extends WholePage {
  @state() private round = 0;
  private prepared: Searchable<ModelInfo>[] = [];
  /** How many were found at the last drawing. */
  private count = 0;
  private readonly catalogue = new Resource<Catalogue>(
    async (_, signal) => {
      const [models, providers] = await Promise.all([this.client.models({}, signal), this.client.providers(signal)]);
      return { models, providers: new Map(providers.map((provider) => [provider.provider, provider])) };
    },
    () => this.arrived(),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.catalogue.want("all");
    if (this.place.query.has("model")) void sheet();
  }

  protected override firstUpdated(): void {
    fetchWhenIdle(sheet);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.catalogue.stop();
  }

  private arrived(): void {
    const { current } = this.catalogue;
    if (current.state === "ready") {
      const { models, providers } = current.value;
      this.prepared = prepare(models, (model) => [
        model.model,
        ...Object.values(model.label ?? {}),
        model.provider,
        ...Object.values(providers.get(model.provider)?.label ?? {}),
      ]);
    }
    this.round += 1;
  }

  private get found(): ModelInfo[] {
    const { query } = this.place;
    const type = query.get("kind");
    const usable = query.get("usable") === "1";
    const rows = search(this.prepared, query.get("q") ?? "").filter(
      (model) => (!type || model.model_type === type) && (!usable || isUsable(model)),
    );
    const sorting = this.sorting;
    return sorting ? sorted(rows, sorting) : rows;
  }

  private get sorting(): Sorting | null {
    const [column, way] = (this.place.query.get("sort") ?? "").split(".");
    return column ? { column, down: way === "down" } : null;
  }

  protected override render(): TemplateResult {
    const { current } = this.catalogue;
    const { query } = this.place;
    const found = this.found;
    this.count = found.length;
    const key = query.get("model");
    const open = key && current.state === "ready" ? this.modelOf(current.value, key, query.get("type")) : null;
    return html`${this.tools()} ${this.table(found)}
      <mr-model-sheet
        .surroundings=${this.surroundings}
        .place=${this.place}
        .model=${open ?? null}
        .provider=${open && current.state === "ready" ? (current.value.providers.get(open.provider) ?? null) : null}
        @sheet-close=${() => this.router.narrow({ model: null, type: null })}
      ></mr-model-sheet>`;
  }

  protected override beside(): TemplateResult {
    const text = this.catalogue.current.state === "ready" ? this.t("models.count", { count: this.count }) : "";
    return html`<span class="number muted" role="status">${text || "\u00a0"}</span>`; // its line is there from the start
  }

  private modelOf({ models }: Catalogue, key: string, type: string | null): ModelInfo | undefined {
    return models.find((model) => referenceOf(model) === key && (!type || model.model_type === type));
  }

  private tools(): TemplateResult {
    const { query } = this.place;
    const kind = query.get("kind");
    const usable = query.get("usable") === "1";
    const chip = (text: string, pressed: boolean, press: () => void): TemplateResult =>
      html`<button type="button" class="chip filter" aria-pressed=${pressed ? "true" : "false"} @click=${press}>${text}</button>`;
    return html`<div class="tools" role="search">
      <div class="affixed leading find">
        ${icon("search")}
        <input
          data-search
          class="input"
          type="search"
          autocomplete="off"
          aria-label=${this.t("models.search")}
          placeholder=${this.t("models.search")}
          .value=${query.get("q") ?? ""}
          @input=${(event: Event) => this.router.narrow({ q: (event.target as HTMLInputElement).value })}
        />
      </div>
      <div class="row wrap" role="group" aria-label=${this.t("providers.filters")}>
        ${chip(this.t("models.usable"), usable, () => this.router.narrow({ usable: usable ? null : "1" }))}
        ${MODEL_TYPES.map((type) => chip(this.t(`type.${type}`), kind === type, () => this.router.narrow({ kind: kind === type ? null : type })))}
      </div>
    </div>`;
  }

  private table(found: readonly ModelInfo[]): TemplateResult {
    const { current } = this.catalogue;
    if (current.state === "failed") {
      return html`<div class="stack">
        ${failure(current.error, this.tr)}
        <div><button type="button" class="button" @click=${() => void this.catalogue.refresh()}>${this.t("again")}</button></div>
      </div>`;
    }
    if (current.state === "loading") {
      return html`<div role="status" aria-label=${this.t("loading")}>${Array.from({ length: 10 }, () => html`<div class="skeleton skeleton-row"></div>`)}</div>`;
    }
    if (!found.length) {
      return html`<div class="empty" role="status">
        <h2>${this.t("models.none")}</h2>
        <button type="button" class="button" @click=${() => this.router.narrow({ q: null, kind: null, usable: null })}>${this.t("providers.clear")}</button>
      </div>`;
    }
    return html`<mr-table
      class="models-table"
      .label=${this.t("page.models")}
      .columns=${this.columns(current.value)}
      .rows=${found}
      .sorting=${this.sorting}
      @table-sort=${(event: CustomEvent<Sorting>) => this.router.narrow({ sort: `${event.detail.column}.${event.detail.down ? "down" : "up"}` })}
    ></mr-table>`;
  }

  private columns({ providers }: Catalogue): Column<ModelInfo>[] {
    const locale = this.language;
    const name = (model: ModelInfo): string => this.said(providers.get(model.provider)?.label) || model.provider;
    const all: (Column<ModelInfo> & { large?: boolean })[] = [
      {
        id: "model",
        title: this.t("models.column.model"),
        width: "minmax(0, 2.4fr)",
        sortable: true,
        draw: (model) => html`<span class="row">
          ${logo({ src: this.iconOf(providers, model), name: name(model), small: true })}
          <button type="button" class="plain-link cut mono ${isUsable(model) ? "" : "muted"}" @click=${() => this.open(model)}>${model.model}</button>
        </span>`,
      },
      { id: "provider", title: this.t("models.column.provider"), width: "minmax(0, 1fr)", sortable: true, large: true, draw: name },
      {
        id: "type",
        title: this.t("models.column.type"),
        width: "104px",
        large: true,
        draw: (model) => html`<span class="type" data-type=${model.model_type}>${this.t(`type.${model.model_type}`)}</span>`,
      },
      {
        id: "features",
        title: this.t("models.column.features"),
        width: "120px",
        large: true,
        draw: (model) => featureIcons(model, this.tr),
      },
      {
        id: "context",
        title: this.t("models.column.context"),
        width: "80px",
        end: true,
        sortable: true,
        large: true,
        draw: (model) => (contextOf(model) ? tokens(contextOf(model) as number, locale) : nothing),
      },
      {
        id: "price",
        title: this.t("models.column.price"),
        width: "128px",
        end: true,
        sortable: true,
        large: true,
        draw: (model) => {
          const price = shownPrice(model.pricing, locale);
          return price ? priceText(price, this.tr) : nothing;
        },
      },
      {
        id: "status",
        title: this.t("models.column.status"),
        width: "136px",
        draw: (model) =>
          model.status.code === "no-configure"
            ? html`<a class="status" data-tone="idle" href=${this.router.href(`providers?configure=${encodeURIComponent(model.provider)}`)}
                >${statusWord(model.status.code, this.tr)}</a
              >`
            : html`<span class="status" data-tone=${meaningOf(model.status).tone}>${statusWord(model.status.code, this.tr)}</span>`,
      },
    ];
    const small = matchMedia("(max-width: 720px)").matches;
    return all.filter((column) => !small || !column.large);
  }

  private iconOf(providers: Catalogue["providers"], model: ModelInfo): string | null {
    const provider = providers.get(model.provider);
    return provider ? this.client.icon(provider) : null;
  }

  private open(model: ModelInfo): void {
    this.router.narrow({ model: referenceOf(model), type: model.model_type }, { push: true });
  }
}

const contextOf = (model: ModelInfo): number | null => model.limits?.context ?? model.limits?.input ?? null;

const KEYS: Readonly<Record<string, (model: ModelInfo) => string | number | null>> = {
  model: (model) => model.model.toLowerCase(),
  provider: (model) => model.provider,
  context: contextOf,
  price: (model) => (model.pricing?.input ? Number(model.pricing.input) : null),
};

/** Rows without the value stay last, whichever way. */
function sorted(rows: readonly ModelInfo[], { column, down }: Sorting): ModelInfo[] {
  const key = KEYS[column];
  if (!key) return [...rows];
  return [...rows].sort((left, right) => {
    const [a, b] = [key(left), key(right)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order = a < b ? -1 : a > b ? 1 : 0;
    return down ? -order : order;
  });
}

define("mr-models-page", ModelsPage);

export type { ModelType };
