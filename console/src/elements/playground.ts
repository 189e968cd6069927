import { type PropertyValues, type TemplateResult, html, nothing, unsafeCSS } from "lit";
import { property, state } from "lit/decorators.js";
import { ConsoleClient } from "../app/console-client";
import type { Surroundings } from "../app/page";
import { pageHead } from "../app/page-head";
import { PlaceInside } from "../app/place-inside";
import { keepNothing } from "../app/preferences";
import type { Place } from "../app/router";
import type { Transport } from "../core/api";
import type { ModelInfo, ModelType, ProviderInfo } from "../core/declared";
import { HostTransport, type PlayHost } from "../core/host-transport";
import { type Language, addWords } from "../core/i18n";
import english from "../locales/app/en_US.json";
import list from "../locales/list/en_US.json";
import "../pages/playground";
import app from "../styles/app.css?inline";
import { SURFACE } from "../styles/sheets";
import { define } from "../ui/define";
import { Localized } from "../ui/localized";

/** The page's client where the host gives the models. */
class HostClient extends ConsoleClient {
  constructor(private readonly host: PlayHost) {
    super(new HostTransport(() => host));
  }

  override async models(): Promise<readonly ModelInfo[]> {
    return this.host.models;
  }
}

keepNothing();
addWords("en_US", { ...list, ...english });

/**
 * Try models: chat, embeddings, rerank, transcription, speech, moderation. It is the console's own page, in a root of its own.
 *
 * Data mode: set `models` and `call` (and `providers`, `detail`). Connected mode: set `client`.
 *
 * @fires play-change - `{type, value}` when another type or model is tried
 * @fires model-change - `{value, model}`
 * @fires model-configure - `{provider, model}` when a model that needs credentials is taken
 * @fires parameter-change - `{value}`
 */
export class Playground extends Localized {
  static override styles = [...SURFACE, unsafeCSS(app), unsafeCSS(".page-head>:first-child{display:none}:host{background:none}")];

  /** The model type that is shown first. */
  @property() type: ModelType | "" = "";
  /** The model as `provider/model`; empty: the first that can be called. */
  @property() value = "";
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ attribute: false }) providers: readonly ProviderInfo[] = [];
  @property({ attribute: false }) detail: PlayHost["detail"] = null;
  @property({ attribute: false }) call: PlayHost["call"] = null;
  @property({ attribute: false }) client: { readonly api: Transport } | null = null;

  @state() private surroundings: Surroundings | null = null;
  @state() private place: Place | null = null;
  @state() private worded: Language = "en_US";
  private readonly inside = new PlaceInside((place) => this.moved(place));

  protected override willUpdate(changed: PropertyValues<this>): void {
    const given = (["client", "models", "providers", "detail", "call"] as const).some((name) => changed.has(name));
    if (given || !this.surroundings) {
      const client = this.client ? new ConsoleClient(this.client.api) : new HostClient(this);
      this.surroundings = this.client || this.models.length ? { client, router: this.inside } : null;
    }
    if (changed.has("type") || changed.has("value")) this.inside.narrow({ type: this.type, model: this.value });
    if (this.language !== this.worded) void this.learn();
  }

  /** The words of the pages, in a language other than English. */
  private async learn(): Promise<void> {
    const { language } = this;
    const [own, shared] = await Promise.all([import("../locales/app/zh_Hans.json"), import("../locales/list/zh_Hans.json")]);
    if (language !== "en_US") addWords(language, { ...shared.default, ...own.default });
    this.worded = language;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.surroundings || this.language !== this.worded) return nothing;
    return html`${pageHead("", "")}
      <mr-playground-page .surroundings=${this.surroundings} .place=${this.place ?? this.inside.place}></mr-playground-page>`;
  }

  private moved(place: Place): void {
    this.place = place;
    const type = (place.query.get("type") ?? "") as ModelType | "";
    const value = place.query.get("model") ?? "";
    if (type === this.type && value === this.value) return;
    this.type = type;
    this.value = value;
    this.tell("play-change", { type, value });
  }
}

define("mr-playground", Playground);

declare global {
  interface HTMLElementTagNameMap {
    "mr-playground": Playground;
  }
}
