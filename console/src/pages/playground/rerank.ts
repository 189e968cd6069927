import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { Replay } from "../../core/replay";
import { define } from "../../ui/define";
import { textArea, textField } from "../../ui/field";
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
    </form>`;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const documents = linesOf(this.text);
    const found = await this.ask<Ranked>("rerank", { model: this.model, query: this.question, documents, ...this.parameters });
    if (!found) return;
    this.documents = documents;
    this.ranked = found.results;
  }

  private result(): TemplateResult {
    const scores = this.ranked.map((row) => row.relevance_score);
    const low = Math.min(0, ...scores);
    const reach = Math.max(1e-9, Math.max(...scores) - low);
    return html`<ol class="bars" aria-label=${this.t("play.result")}>
      ${this.ranked.map(
        (row, at) =>
          html`<li>
            <span class="number muted">${at + 1}</span>
            <span class="grow">
              <span class="row spread">
                <span>${this.documents[row.index]}</span>
                <span class="row number">
                  ${row.index === at ? nothing : html`<span class="muted small">${this.t("play.was", { rank: row.index + 1 })}</span>`}
                  ${row.relevance_score.toFixed(3)}
                </span>
              </span>
              <span class="bar" ${styled({ "--share": String((row.relevance_score - low) / reach) })}></span>
            </span>
          </li>`,
      )}
    </ol>`;
  }
}

define("mr-play-rerank", RerankPane);
