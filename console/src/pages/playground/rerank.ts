import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { isAborted } from "../../core/api";
import type { ProviderInfo } from "../../core/declared";
import { type CallRecord, invokeOnce } from "../../core/invoke";
import { agreement } from "../../core/ranks";
import type { Replay } from "../../core/replay";
import { failure } from "../../elements/failure";
import "../../elements/model-picker";
import { define } from "../../ui/define";
import { textArea, textField } from "../../ui/field";
import { drawing } from "../../ui/icon";
import { styled } from "../../ui/styled";
import { callFigures } from "./call-figures";
import { Pane, asApiError, linesOf } from "./pane";

interface Ranked {
  results: readonly { index: number; relevance_score: number }[];
}

/** What the model beside the first one said. */
interface Other {
  model: string;
  results: Ranked["results"];
  record: CallRecord | null;
  failed: unknown;
}

const SAMPLE = "a red car\ngreen tea with honey\nthe history of porcelain\nhot chocolate";

/** Documents in the order of a query, by one model or by two. The address holds the second (`with`). */
export class RerankPane extends Pane {
  @state() private question = "a warm drink";
  @state() private text = SAMPLE;
  @state() private documents: readonly string[] = [];
  /** A score; null: the lowest. */
  @state() private threshold: number | null = null;
  @state() private ranked: Ranked["results"] = [];
  @state() private other: Other | null = null;

  protected override begin(replay: Replay): void {
    super.begin(replay);
    this.question = replay.question;
  }

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
      ${textField({ id: "rerank-query", label: this.t("play.query"), value: this.question, oninput: (text) => (this.question = text) })}
      ${textArea({ id: "rerank-documents", label: this.t("play.documents"), value: this.text, rows: 6, oninput: (text) => (this.text = text) })}
      ${this.second()}
      <div>${this.runButton(this.t("play.run"), Boolean(this.question.trim()) && linesOf(this.text).length > 0)}</div>
      ${this.outcome()} ${this.ranked.length ? this.result() : nothing}
    </form>
    ${this.wire({ type: "rerank", model: this.model, request: this.body, events: [] })}`;
  }

  private get beside(): string {
    return this.place.query.get("with") ?? "";
  }

  private second(): TemplateResult {
    const { models, providers } = this.offer;
    return html`<mr-model-picker
      show-label
      clearable
      type="rerank"
      .label=${this.t("play.beside")}
      .value=${this.beside}
      .models=${models}
      .providers=${providers}
      .icons=${(provider: ProviderInfo) => this.client.icon(provider)}
      @model-change=${(event: CustomEvent<{ value: string }>) => this.router.narrow({ with: event.detail.value })}
    ></mr-model-picker>`;
  }

  private get body(): Record<string, unknown> {
    return { model: this.model, query: this.question, documents: linesOf(this.text), ...this.parameters };
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const documents = linesOf(this.text);
    const asked = this.ask<Ranked>("rerank", this.body);
    const [found, other] = await Promise.all([asked, this.beside ? this.askBeside(this.beside) : null]);
    if (!found) return;
    this.documents = documents;
    this.other = other;
    this.ranked = found.results;
  }

  /** The same of another model, with what is declared for it and not with the first one's parameters. Null when it was stopped. */
  private async askBeside(model: string): Promise<Other | null> {
    const body = { model, query: this.question, documents: linesOf(this.text) };
    try {
      const { result, record } = await invokeOnce(this.client.api, "rerank", body, this.running?.signal);
      return { model, results: (result as Ranked).results, record, failed: null };
    } catch (error) {
      return isAborted(error) ? null : { model, results: [], record: null, failed: asApiError(error) };
    }
  }

  /** What the two have in common, and what the second took. */
  private compared({ model, results, record, failed }: Other): TemplateResult {
    const alike = agreement(...([this.ranked, results].map((rows) => rows.map(({ index }) => index)) as [number[], number[]]));
    return html`<section class="stack close" aria-label=${model}>
      <p class="muted small number">
        <span class="mono">${model}</span> ${record ? html`· ${callFigures(record, this.tr, this.language)}` : nothing}
      </p>
      ${failed ? failure(failed, this.tr) : nothing}
      ${alike === null ? nothing : html`<p class="number">${this.t("play.alike", { value: alike.toFixed(2) })}</p>`}
    </section>`;
  }

  private result(): TemplateResult {
    const scores = this.ranked.map((row) => row.relevance_score);
    const low = Math.min(0, ...scores);
    const high = Math.max(low + 1e-9, ...scores);
    const threshold = Math.min(high, Math.max(low, this.threshold ?? low));
    const share = (score: number): string => String((score - low) / (high - low));
    const passing = scores.filter((score) => score >= threshold).length;
    return html`<div class="field threshold">
        <label class="label" for="rerank-threshold">${this.t("play.threshold")}</label>
        <input
          id="rerank-threshold"
          class="slider"
          type="range"
          min=${low}
          max=${high}
          step=${(high - low) / 200}
          .value=${String(threshold)}
          @input=${(event: Event) => (this.threshold = Number((event.target as HTMLInputElement).value))}
        />
        <output class="number" for="rerank-threshold">${threshold.toFixed(3)} · ${this.t("play.passing", { count: passing, of: scores.length })}</output>
      </div>
      ${this.other ? this.compared(this.other) : nothing}
      <ol class="bars" aria-label=${this.t("play.result")}>
        ${this.ranked.map(
          (row, at) =>
            html`<li class=${row.relevance_score < threshold ? "below" : ""}>
              <span class="number muted">${at + 1}</span>
              <span class="grow">
                <span class="row spread">
                  <span>${this.documents[row.index]}</span>
                  <span class="row number">${this.moved(row.index - at, row.index)} ${row.relevance_score.toFixed(3)}</span>
                </span>
                <span class="bar marked" ${styled({ "--share": share(row.relevance_score), "--mark": share(threshold) })}></span>
                ${this.besides(row.index)}
              </span>
            </li>`,
        )}
      </ol>`;
  }

  /** The place and score of a document with the other model, on that model's own scale. */
  private besides(index: number): TemplateResult | typeof nothing {
    const results = this.other?.results ?? [];
    const at = results.findIndex((row) => row.index === index);
    const found = results[at];
    if (!found) return nothing;
    const scores = results.map((row) => row.relevance_score);
    const low = Math.min(0, ...scores);
    const high = Math.max(low + 1e-9, ...scores);
    return html`<span class="row spread small muted number">
        <span>${this.t("play.place", { rank: at + 1, model: this.other?.model ?? "" })}</span> ${found.relevance_score.toFixed(3)}
      </span>
      <span class="bar second" ${styled({ "--share": String((found.relevance_score - low) / (high - low)) })}></span>`;
  }

  /** How far a document went up (more than 0) or down. */
  private moved(by: number, before: number): TemplateResult | typeof nothing {
    if (!by) return nothing;
    return html`<span class="row muted small">
      ${drawing(by > 0 ? PICTURES.rise : PICTURES.fall)} ${this.t("play.was", { rank: before + 1 })}
    </span>`;
  }
}

define("mr-play-rerank", RerankPane);
