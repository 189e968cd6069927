import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { ConsoleClient } from "../../app/console-client";
import { PICTURES } from "../../app/icons";
import { MEASURES, type Measure, type Run, distinct, spreadOf } from "../../core/comparison";
import type { ModelInfo, ParameterRule, ProviderInfo } from "../../core/declared";
import { type Piece, difference } from "../../core/difference";
import { numbers } from "../../core/formats";
import type { Key, Words } from "../../core/i18n";
import { money } from "../../core/price";
import "../../elements/model-picker";
import "../../elements/parameter-panel";
import { define } from "../../ui/define";
import { drawing, icon } from "../../ui/icon";
import { Localized } from "../../ui/localized";
import "../../ui/markdown";
import { tooltip } from "../../ui/tooltip";
import { judgedAnswer, wantedCall } from "./answer-views";

const WORDS: Readonly<Record<Measure, Key>> = {
  first: "compare.first",
  whole: "compare.whole",
  speed: "compare.speed",
  cost: "usage.cost",
};
const BEST: Readonly<Record<Measure, Key>> = {
  first: "compare.best.first",
  whole: "compare.best.whole",
  speed: "compare.best.speed",
  cost: "compare.best.cost",
};

/**
 * One of the models that are compared: its parameters, its answers and what they took.
 *
 * @fires column-model - `{value}`
 * @fires column-parameters - `{value}`
 * @fires column-remove
 */
export class CompareColumn extends Localized {
  @property({ attribute: false }) client!: ConsoleClient;
  @property() model = "";
  @property() heading = "";
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ attribute: false }) providers: readonly ProviderInfo[] = [];
  @property({ attribute: false }) rules: readonly ParameterRule[] = [];
  @property({ attribute: false }) parameters: Readonly<Record<string, unknown>> = {};
  @property({ attribute: false }) runs: readonly Run[] = [];
  /** What is being written now; null: nothing. */
  @property({ attribute: false }) writing: string | null = null;
  @property({ attribute: false }) best: readonly Measure[] = [];
  /** Show what differs from this text; null: show the answer itself. */
  @property({ attribute: false }) against: string | null = null;
  @property({ type: Boolean }) removable = false;
  /** Which run is read; the newest when it is not there. */
  @state() private chosen = -1;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    return html`<section class="column panel" aria-label=${this.heading}>
      <div class="row">
        <mr-model-picker
          class="grow"
          type="llm"
          .label=${this.heading}
          .value=${this.model}
          .models=${this.models}
          .providers=${this.providers}
          .icons=${(provider: ProviderInfo) => this.client.icon(provider)}
          @model-change=${(event: CustomEvent<{ value: string }>) => this.tell("column-model", { value: event.detail.value })}
        ></mr-model-picker>
        ${
          this.removable
            ? html`<button
              type="button"
              class="button plain square"
              aria-label=${this.t("compare.remove", { name: this.heading })}
              ${tooltip(this.t("compare.remove", { name: this.heading }))}
              @click=${() => this.tell("column-remove", null)}
            >
              ${icon("close")}
            </button>`
            : nothing
        }
      </div>
      ${
        this.rules.length
          ? html`<details>
            <summary class="small muted">${this.t("play.parameters")} ${Object.keys(this.parameters).length || ""}</summary>
            <mr-parameter-panel
              .rules=${this.rules}
              .value=${this.parameters}
              @parameter-change=${(event: CustomEvent<{ value: Record<string, unknown> }>) =>
                this.tell("column-parameters", { value: event.detail.value })}
            ></mr-parameter-panel>
          </details>`
          : nothing
      }
      ${this.runs.length ? this.figures() : nothing} ${this.answer()}
    </section>`;
  }

  private figures(): TemplateResult {
    return html`<dl class="facts number">
      ${MEASURES.map((measure) => {
        const found = spreadOf(this.runs, measure);
        if (!found) return nothing;
        const apart = this.runs.length > 1 && found.min !== found.max;
        return html`<dt>${this.t(WORDS[measure])}</dt>
          <dd>
            ${this.amount(measure, found.mean)}
            ${apart ? html`<span class="muted small">${this.amount(measure, found.min)} – ${this.amount(measure, found.max)}</span>` : nothing}
            ${this.best.includes(measure) ? html`<span class="chip best">${drawing(PICTURES.live)} ${this.t(BEST[measure])}</span>` : nothing}
          </dd>`;
      })}
    </dl>`;
  }

  private amount(measure: Measure, value: number): string {
    if (measure === "cost") return money(value, this.runs.find((run) => run.measured)?.measured?.currency ?? "USD", this.language);
    const format = numbers(this.language, { maximumFractionDigits: measure === "speed" ? 0 : 2 });
    return measure === "speed" ? format.format(value) : `${format.format(value)} s`;
  }

  private answer(): TemplateResult {
    if (this.writing !== null) {
      return html`<div class="answer" aria-busy="true">
        ${this.writing ? html`<mr-markdown .text=${this.writing}></mr-markdown>` : html`<span class="spinner muted"></span>`}
      </div>`;
    }
    const run = this.runs[this.chosen] ?? this.runs.at(-1);
    if (!run) return html`<p class="muted small">${this.t("compare.none")}</p>`;
    const several = this.runs.length > 1;
    return html`${several ? this.choice(run) : nothing}
      <div class="answer">
        ${
          run.error
            ? html`<div class="notice" data-tone="bad" role="alert">${icon("alert")} <strong>${run.error}</strong></div>`
            : this.against === null
              ? this.told(run)
              : html`<p class="differences">${difference(this.against, run.text).map(drawn)}</p>`
        }
      </div>`;
  }

  private told({ text, tools = [], wanted }: Run): TemplateResult {
    const tr = (key: Key, words?: Words): string => this.t(key, words);
    const judged = wanted && (text || !tools.length);
    return html`${judged ? judgedAnswer(text, wanted, tr) : html`<mr-markdown .text=${text}></mr-markdown>`}
    ${tools.map((tool) => html`<div class="tool">${wantedCall(tool, tr)}</div>`)}`;
  }

  private choice(shown: Run): TemplateResult {
    return html`<div class="row wrap small">
      <span class="row" role="group" aria-label=${this.t("compare.runs")}>
        ${this.runs.map(
          (run, at) =>
            html`<button
              type="button"
              class="button tiny number"
              aria-label=${this.t("compare.run", { at: at + 1 })}
              aria-pressed=${run === shown ? "true" : "false"}
              @click=${() => (this.chosen = at)}
            >
              ${at + 1}
            </button>`,
        )}
      </span>
      <span class="muted">${this.t("compare.distinct", { count: distinct(this.runs) })}</span>
    </div>`;
  }
}

const drawn = ({ kind, text }: Piece): TemplateResult | string =>
  kind === "same" ? text : kind === "added" ? html`<ins>${text}</ins>` : html`<del>${text}</del>`;

define("mr-compare-column", CompareColumn);

declare global {
  interface HTMLElementTagNameMap {
    "mr-compare-column": CompareColumn;
  }
}
