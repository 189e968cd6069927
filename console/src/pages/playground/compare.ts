import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { saveFile } from "../../app/download";
import { PICTURES } from "../../app/icons";
import { Page } from "../../app/page";
import { type Attachment, faultOf } from "../../core/attachments";
import { chatBody, said } from "../../core/chat";
import { type Run, bestIn, csvOf, rowsOf } from "../../core/comparison";
import { schemaOf, toolsOf } from "../../core/declared-tools";
import type { ModelInfo, ParameterRule, ProviderInfo } from "../../core/declared";
import { isUsable, referenceOf } from "../../core/status";
import { filledIn, variablesOf } from "../../core/variables";
import { define } from "../../ui/define";
import { textArea, textField } from "../../ui/field";
import { drawing, icon } from "../../ui/icon";
import { Attaching, type AttachingHost } from "./attaching";
import "./chat-options";
import { type ChatTexts, NO_TEXTS, serves } from "./chat-options";
import "./compare-column";
import { oneRun } from "./one-run";

interface Column {
  parameters: Readonly<Record<string, unknown>>;
  runs: readonly Run[];
  writing: string | null;
}
const EMPTY: Column = { parameters: {}, runs: [], writing: null };
const FEWEST = 2;
const MOST = 4;
const MOST_RUNS = 10;
/** What goes to all beside the prompts. */
const PARTS: readonly (keyof ChatTexts)[] = ["tools", "schema"];

/** Two to four models with one prompt, side by side. The address holds the models. */
export class ComparePane extends Page implements AttachingHost {
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ attribute: false }) providers: readonly ProviderInfo[] = [];
  /** The model that was talked to before: the first of those that are compared. */
  @property() model = "";
  /** What all are told alike. */
  @state() private texts: ChatTexts = NO_TEXTS;
  @state() attachments: readonly Attachment[] = [];
  private readonly files = new Attaching(this);
  @state() private prompt = "";
  @state() private repeats = "1";
  /** What stands for each `{{name}}` of the prompts. */
  @state() private values: Readonly<Record<string, string>> = {};
  @state() private differences = false;
  @state() private columns: readonly Column[] = [];
  @state() private rules: ReadonlyMap<string, readonly ParameterRule[]> = new Map();
  @state() private running: AbortController | null = null;
  private readonly asked = new Set<string>();

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.hurried);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running?.abort();
  }

  /** What the address names, filled up with models that can be called. */
  private get chosen(): readonly string[] {
    const offered = this.models.filter((model) => model.model_type === "llm" && isUsable(model)).map(referenceOf);
    const named = (this.place.query.get("compare") ?? "").split(",").filter((name) => offered.includes(name));
    const own = named.length ? named : offered.filter((name) => name === this.model);
    const others = offered.filter((name) => !own.includes(name));
    return [...own, ...others.slice(0, Math.max(0, FEWEST - own.length))].slice(0, MOST);
  }

  protected override willUpdate(_: PropertyValues): void {
    for (const name of this.chosen) if (!this.asked.has(name)) void this.learn(name);
  }

  private async learn(name: string): Promise<void> {
    this.asked.add(name);
    const info = this.infoOf(name);
    if (!info) return;
    try {
      const { provider, model, model_type } = info;
      const detail = await this.client.model({ provider, model, model_type });
      this.rules = new Map([...this.rules, [name, detail.parameter_rules ?? []]]);
    } catch {
      // Without rules the model is called without parameters; the call says what is wrong.
    }
  }

  protected override render(): TemplateResult {
    const { chosen } = this;
    const best = bestIn(chosen.map((_, at) => this.column(at).runs));
    const any = this.columns.some((column) => column.runs.length > 0);
    return html`<form class="stack compare-form" @submit=${this.submitted}>
        <div class="compare-ask">
          ${textArea({ id: "compare-system", label: this.t("play.system"), value: this.texts.system, rows: 2, oninput: (text) => (this.texts = { ...this.texts, system: text }) })}
          ${textArea({ id: "compare-prompt", label: this.t("compare.prompt"), value: this.prompt, rows: 2, oninput: (text) => (this.prompt = text) })}
        </div>
        ${this.places()} ${this.extras()}
        <div class="row wrap compare-acts">
          ${textField({
            id: "compare-repeats",
            label: this.t("compare.repeats"),
            value: this.repeats,
            inputMode: "numeric",
            oninput: (text) => (this.repeats = text),
            onleave: () => (this.repeats = String(this.times)),
          })}
          ${
            this.running
              ? html`<button type="button" class="button" @click=${() => this.running?.abort()}>${drawing(PICTURES.square)} ${this.t("play.stop")}</button>`
              : html`<button class="button primary" aria-keyshortcuts="Control+Enter Meta+Enter" ?disabled=${!this.able}>
                ${this.t("compare.all")}
              </button>`
          }
          <button type="button" class="button" ?disabled=${chosen.length >= MOST || this.running !== null} @click=${this.add}>
            ${drawing(PICTURES.plus)} ${this.t("compare.add")}
          </button>
          ${
            any
              ? html`<button
                type="button"
                class="button"
                aria-pressed=${this.differences ? "true" : "false"}
                @click=${() => (this.differences = !this.differences)}
              >
                ${this.t("compare.differences")}
              </button>`
              : nothing
          }
          <span class="grow"></span>
          ${
            any
              ? html`<button type="button" class="button" @click=${() => this.save("json")}>${drawing(PICTURES.download)} JSON</button>
                <button type="button" class="button" @click=${() => this.save("csv")}>${drawing(PICTURES.download)} CSV</button>`
              : nothing
          }
        </div>
      </form>
      <div class="columns">
        ${chosen.map((name, at) => this.drawColumn(name, at, chosen.length > FEWEST, best[at] ?? []))}
      </div>`;
  }

  private places(): TemplateResult | typeof nothing {
    const names = variablesOf(this.texts.system, this.prompt);
    if (!names.length) return nothing;
    return html`<div class="compare-ask" role="group" aria-label=${this.t("compare.variables")}>
      ${names.map((name) =>
        textField({
          id: `compare-variable-${name}`,
          label: `{{${name}}}`,
          value: this.values[name] ?? "",
          mono: true,
          oninput: (text) => (this.values = { ...this.values, [name]: text }),
        }),
      )}
    </div>`;
  }

  /** What every model here declares: what goes to all must be of use to each. */
  get features(): readonly string[] {
    const [first = [], ...others] = this.chosen.map((name) => this.infoOf(name)?.features ?? []);
    return first.filter((feature) => others.every((each) => each.includes(feature)));
  }

  lacking(feature: string): string {
    return this.chosen.filter((name) => !this.infoOf(name)?.features?.includes(feature)).join(", ");
  }

  attach(files: readonly Attachment[]): void {
    this.attachments = files;
  }

  private infoOf(name: string): ModelInfo | undefined {
    return this.models.find((model) => model.model_type === "llm" && referenceOf(model) === name);
  }

  private get tools(): ReturnType<typeof toolsOf> {
    return toolsOf(serves("tools", this.features) ? this.texts.tools : "");
  }

  private get schema(): ReturnType<typeof schemaOf> {
    return schemaOf(serves("schema", this.features) ? this.texts.schema : "");
  }

  /** Why nothing can be asked; empty: it can. */
  private get blocked(): string {
    if (this.tools.fault) return this.t("play.tools.mend");
    if (this.schema.fault) return this.t("play.schema.mend");
    const unread = this.attachments.find((file) => faultOf({ type: file.mediaType, size: 0 }, this.features));
    return unread ? this.t("compare.unread", { name: unread.name }) : "";
  }

  private get able(): boolean {
    return Boolean(this.prompt.trim()) && this.chosen.length >= FEWEST && !this.blocked;
  }

  /** Tools, the shape of the answers, files: the same for all. */
  private extras(): TemplateResult {
    const told = this.blocked || this.files.refused;
    return html`<div class="stack close">
      <mr-chat-options
        .texts=${this.texts}
        .features=${this.features}
        .parts=${PARTS}
        .unfit=${"compare.unfit" as const}
        @texts-change=${(event: CustomEvent<{ value: ChatTexts }>) => (this.texts = event.detail.value)}
      ></mr-chat-options>
      ${this.files.list()}
      <div class="row wrap">${this.files.button("compare.attach.none")}</div>
      ${told ? html`<p class="error" role="alert">${icon("alert")} <span>${told}</span></p>` : nothing}
    </div>`;
  }

  private drawColumn(name: string, at: number, removable: boolean, best: ReturnType<typeof bestIn>[number]): TemplateResult {
    const column = this.column(at);
    return html`<mr-compare-column
      .client=${this.client}
      .model=${name}
      .heading=${this.t("compare.model", { at: at + 1 })}
      .models=${this.models}
      .providers=${this.providers}
      .rules=${this.rules.get(name) ?? []}
      .parameters=${column.parameters}
      .runs=${column.runs}
      .writing=${column.writing}
      .against=${this.differences && at > 0 ? (this.column(0).runs.at(-1)?.text ?? null) : null}
      .best=${best}
      .removable=${removable && !this.running}
      @column-model=${(event: CustomEvent<{ value: string }>) => this.choose(at, event.detail.value)}
      @column-parameters=${(event: CustomEvent<{ value: Record<string, unknown> }>) => this.change(at, { parameters: event.detail.value })}
      @column-remove=${() => this.drop(at)}
    ></mr-compare-column>`;
  }

  private column(at: number): Column {
    return this.columns[at] ?? EMPTY;
  }

  private change(at: number, change: Partial<Column>): void {
    const columns = Array.from({ length: Math.max(this.columns.length, at + 1) }, (_, index) => this.column(index));
    this.columns = columns.map((column, index) => (index === at ? { ...column, ...change } : column));
  }

  private show(models: readonly string[]): void {
    this.router.narrow({ compare: models.join(",") });
  }

  private choose(at: number, name: string): void {
    this.running?.abort();
    this.change(at, EMPTY);
    this.show(this.chosen.map((each, index) => (index === at ? name : each)));
  }

  private drop(at: number): void {
    this.columns = this.columns.filter((_, index) => index !== at);
    this.show(this.chosen.filter((_, index) => index !== at));
  }

  private readonly add = (): void => {
    const next = this.models.find(
      (model) => model.model_type === "llm" && isUsable(model) && !this.chosen.includes(referenceOf(model)),
    );
    if (next) this.show([...this.chosen, referenceOf(next)]);
  };

  private get times(): number {
    return Math.min(MOST_RUNS, Math.max(1, Math.round(Number(this.repeats)) || 1));
  }

  private readonly hurried = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.querySelector<HTMLFormElement>(".compare-form")?.requestSubmit();
  };

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (this.running || !this.able) return;
    this.files.refused = "";
    const running = (this.running = new AbortController());
    await Promise.all(this.chosen.map((name, at) => this.runs(name, at, running.signal)));
    if (this.running === running) this.running = null;
  }

  /** One model's runs one after another, so that they do not wait for each other. */
  private async runs(model: string, at: number, signal: AbortSignal): Promise<void> {
    this.change(at, { runs: [], writing: "" });
    const { parameters } = this.column(at);
    const [system, prompt] = [filledIn(this.texts.system, this.values), filledIn(this.prompt.trim(), this.values)];
    const { attachments } = this;
    const [tools, schema] = [this.tools.value, this.schema.value];
    const body = chatBody({ model, system, messages: [said("user", prompt, { attachments })], parameters, tools, schema });
    for (let left = this.times; left > 0 && !signal.aborted; left -= 1) {
      const run = await oneRun(this.client.api, body, {
        signal,
        wanted: schema,
        t: this.tr,
        show: (text) => this.change(at, { writing: text }),
      });
      if (run) this.change(at, { runs: [...this.column(at).runs, run], writing: left > 1 && !signal.aborted ? "" : null });
    }
    this.change(at, { writing: null });
  }

  private save(kind: "json" | "csv"): void {
    const columns = this.chosen.map((model, at) => ({ model, parameters: this.column(at).parameters, runs: this.column(at).runs }));
    if (kind === "csv") return saveFile(csvOf(rowsOf(columns)), "comparison.csv", "text/csv");
    const { prompt, values } = this;
    const asked = { system: this.texts.system, prompt, values, tools: this.tools.value, schema: this.schema.value };
    saveFile(
      JSON.stringify({ ...asked, files: this.attachments.map(({ name }) => name), models: columns }, null, 2),
      "comparison.json",
      "application/json",
    );
  }
}

define("mr-play-compare", ComparePane);
