import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import type { Replay } from "../../core/replay";
import { define } from "../../ui/define";
import { textArea, textField } from "../../ui/field";
import { drawing } from "../../ui/icon";
import { styled } from "../../ui/styled";
import { Pane, linesOf } from "./pane";

interface Ranked {
  results: readonly { index: number; relevance_score: number }[];
}

const SAMPLE = "a red car\ngreen tea with honey\nthe history of porcelain\nhot chocolate";

/** Documents in the order of a query. */
export class RerankPane extends Pane {
  @state() private question = "a warm drink";
  @state() private text = SAMPLE;
  @state() private documents: readonly string[] = [];
  /** A score; null: the lowest. */
  @state() private threshold: number | null = null;
  @state() private ranked: Ranked["results"] = [];

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
      <div>${this.runButton(this.t("play.run"), Boolean(this.question.trim()) && linesOf(this.text).length > 0)}</div>
      ${this.outcome()} ${this.ranked.length ? this.result() : nothing}
    </form>
    ${this.wire({ type: "rerank", model: this.model, request: this.body, events: [] })}`;
  }

  private get body(): Record<string, unknown> {
    return { model: this.model, query: this.question, documents: linesOf(this.text), ...this.parameters };
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const documents = linesOf(this.text);
    const found = await this.ask<Ranked>("rerank", this.body);
    if (!found) return;
    this.documents = documents;
    this.ranked = found.results;
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
              </span>
            </li>`,
        )}
      </ol>`;
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
