import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { handedOver, letGo } from "../../app/handover";
import { PICTURES } from "../../app/icons";
import { WholePage } from "../../app/whole-page";
import { remember, remembered } from "../../app/preferences";
import { MODEL_TYPES, type ModelDetail, type ModelInfo, type ModelType, type ProviderInfo } from "../../core/declared";
import { Resource } from "../../core/resource";
import { isUsable, referenceOf } from "../../core/status";
import { failure } from "../../elements/failure";
import "../../elements/model-picker";
import "../../elements/parameter-panel";
import { define } from "../../ui/define";
import { drawing } from "../../ui/icon";
import { panelOf, tabs } from "../../ui/tabs";
import type { Offer } from "./pane";

const PANES: Readonly<Record<ModelType, () => Promise<unknown>>> = {
  llm: () => import("./chat"),
  "text-embedding": () => import("./embedding"),
  rerank: () => import("./rerank"),
  speech2text: () => import("./transcription"),
  tts: () => import("./speech"),
  moderation: () => import("./moderation"),
};
/** Several models beside each other: a page of its own within the chat. */
const COMPARE = "compare";

/** Try any model: a part for each model type, the model and its parameters beside it. */
export class PlaygroundPage extends WholePage {
  @state() private round = 0;
  @state() private parameters: Readonly<Record<string, unknown>> = {};
  @state() private detail: ModelDetail | null = null;
  /** Drawn when the first model's parameters are known, so that nothing moves when they come. */
  @state() private looked = false;
  @state() private ready: ReadonlySet<ModelType | typeof COMPARE> = new Set();
  private wanted = "";
  private readonly offer = new Resource<Offer>(
    async (_, signal) => {
      const [models, providers] = await Promise.all([this.client.models({}, signal), this.client.providers(signal)]);
      return { models, providers };
    },
    () => (this.round += 1),
  );

  private get type(): ModelType {
    return MODEL_TYPES.find((type) => type === this.place.query.get("type")) ?? "llm";
  }

  private get compares(): boolean {
    return this.type === "llm" && this.place.query.has(COMPARE);
  }

  /** What the address names, else what was used last, else the first that can be called. */
  private get model(): ModelInfo | null {
    const { current } = this.offer;
    if (current.state !== "ready") return null;
    const models = current.value.models.filter((model) => model.model_type === this.type);
    const find = (name: string | null): ModelInfo | undefined =>
      models.find((model) => referenceOf(model) === name && isUsable(model));
    return find(this.place.query.get("model")) ?? find(remembered(`play.${this.type}`)) ?? models.find(isUsable) ?? null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.offer.want("all");
    const { model, type } = this;
    const needed = this.compares ? COMPARE : type;
    const load = this.compares ? () => import("./compare") : PANES[type];
    if (!this.ready.has(needed)) void load().then(() => (this.ready = new Set([...this.ready, needed])));
    const key = model ? `${type} ${referenceOf(model)}` : "";
    if (key !== this.wanted) {
      this.wanted = key;
      void this.look(model, key);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.offer.stop();
    letGo();
  }

  private async look(model: ModelInfo | null, key: string): Promise<void> {
    this.detail = null;
    this.parameters = (model && handedOver(model.model_type, referenceOf(model))?.parameters) || {};
    if (!model) return;
    try {
      const { provider, model: name, model_type } = model;
      const detail = await this.client.model({ provider, model: name, model_type });
      if (this.wanted === key) this.detail = detail;
    } catch {
      // The call itself will say what is wrong; without rules it is made without parameters.
    }
    this.looked = true;
  }

  protected override render(): TemplateResult {
    const { type } = this;
    return html`${tabs({
      label: this.t("play.types"),
      items: MODEL_TYPES.map((id) => ({ id, text: this.t(`type.${id}`) })),
      selected: type,
      onselect: (id) => this.router.narrow({ type: id, model: null, compare: null, with: null }),
    })}
      ${panelOf(type, this.body(type))}`;
  }

  protected override beside(): TemplateResult | typeof nothing {
    if (this.type !== "llm") return nothing;
    const { compares, model } = this;
    const beside = compares ? null : model ? referenceOf(model) : "-";
    return html`<button
      type="button"
      class="button"
      aria-pressed=${compares ? "true" : "false"}
      @click=${() => this.router.narrow({ compare: beside })}
    >
      ${drawing(PICTURES.columns)} ${this.t("compare.title")}
    </button>`;
  }

  private body(type: ModelType): TemplateResult {
    const { current } = this.offer;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading" || (this.model && !this.looked))
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    const { model } = this;
    const value = model ? referenceOf(model) : "";
    if (this.compares) return this.ready.has(COMPARE) ? this.comparison(current.value, value) : html``;
    const rules = this.detail?.parameter_rules ?? [];
    return html`<div class="play">
      <div class="play-main">${this.ready.has(type) ? this.pane(type, model, current.value) : nothing}</div>
      <aside class="panel pad stack" aria-label=${this.t("play.parameters")}>
        <mr-model-picker
          show-label
          .type=${type}
          .value=${value}
          .models=${current.value.models}
          .providers=${current.value.providers}
          .icons=${(provider: ProviderInfo) => this.client.icon(provider)}
          @model-change=${(event: CustomEvent<{ value: string }>) => this.choose(event.detail.value)}
          @model-configure=${(event: CustomEvent<{ provider: string }>) =>
            this.router.go(`providers?configure=${encodeURIComponent(event.detail.provider)}`)}
        ></mr-model-picker>
        ${
          rules.length
            ? html`<h2 class="section-title">${this.t("play.parameters")}</h2>
              <mr-parameter-panel
                .rules=${rules}
                .value=${this.parameters}
                @parameter-change=${(event: CustomEvent<{ value: Record<string, unknown> }>) => (this.parameters = event.detail.value)}
              ></mr-parameter-panel>`
            : nothing
        }
      </aside>
    </div>`;
  }

  private comparison({ models, providers }: Offer, value: string): TemplateResult {
    return html`<mr-play-compare
      .surroundings=${this.surroundings}
      .place=${this.place}
      .models=${models}
      .providers=${providers}
      .model=${value}
    ></mr-play-compare>`;
  }

  private pane(type: ModelType, model: ModelInfo | null, offer: Offer): TemplateResult {
    const tag = unsafeStatic(`mr-play-${type}`);
    return staticHtml`<${tag}
      .surroundings=${this.surroundings}
      .place=${this.place}
      .model=${model ? referenceOf(model) : ""}
      .offer=${offer}
      .info=${this.detail ?? model}
      .parameters=${this.parameters}
    ></${tag}>`;
  }

  private choose(value: string): void {
    remember(`play.${this.type}`, value);
    this.router.narrow({ model: value });
  }
}

define("mr-playground-page", PlaygroundPage);
