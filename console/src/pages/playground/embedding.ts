import { type TemplateResult, html, nothing, svg } from "lit";
import { state } from "lit/decorators.js";
import { spread } from "../../core/comparison";
import { type Vector, norm, plane, similarities } from "../../core/vectors";
import "../../ui/copy-button";
import { define } from "../../ui/define";
import { textArea } from "../../ui/field";
import { styled } from "../../ui/styled";
import { Pane, linesOf } from "./pane";

interface Embeddings {
  data: readonly { embedding: Vector }[];
}

const SAMPLE = "good morning\nguten Morgen\n早上好\nthe stock market fell";

/** Texts as vectors: how alike they are, and where they lie. */
export class EmbeddingPane extends Pane {
  @state() private text = SAMPLE;
  @state() private texts: readonly string[] = [];
  @state() private vectors: readonly Vector[] = [];

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
      ${textArea({ id: "embed-texts", label: this.t("play.texts"), value: this.text, rows: 5, oninput: (text) => (this.text = text) })}
      <div>${this.runButton(this.t("play.run"), linesOf(this.text).length > 0)}</div>
      ${this.outcome()} ${this.vectors.length ? this.result() : nothing}
    </form>
    ${this.wire({ type: "text-embedding", model: this.model, request: this.body, events: [] })}`;
  }

  private get body(): Record<string, unknown> {
    return { model: this.model, input: linesOf(this.text), encoding_format: "float", ...this.parameters };
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const texts = linesOf(this.text);
    const found = await this.ask<Embeddings>("text-embedding", this.body);
    if (!found) return;
    this.texts = texts;
    this.vectors = found.data.map((row) => row.embedding);
  }

  private result(): TemplateResult {
    const matrix = similarities(this.vectors);
    const lengths = spread(this.vectors.map(norm));
    return html`<section class="stack" aria-label=${this.t("play.result")}>
      <p class="row">
        <span class="muted number">${this.t("play.dimensions", { count: this.vectors[0]?.length ?? 0 })}</span>
        ${lengths ? html`<span class="muted number">${this.t("play.norm", { min: lengths.min.toFixed(2), max: lengths.max.toFixed(2) })}</span>` : nothing}
        <mr-copy .text=${JSON.stringify(this.vectors)}></mr-copy>
      </p>
      <div class="heat-scroll" tabindex="0" role="region" aria-label=${this.t("play.similarity")}>
        <table class="heat">
          <caption class="section-title">
            ${this.t("play.similarity")}
          </caption>
          <thead>
            <tr>
              <td></td>
              ${this.texts.map((text, at) => html`<th scope="col" title=${text}>${at + 1}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${matrix.map(
              (row, at) =>
                html`<tr>
                  <th scope="row" title=${this.texts[at] ?? ""}><span class="muted">${at + 1}</span> ${this.texts[at]}</th>
                  ${row.map((value) => html`<td class="number" ${styled({ "--share": String(Math.max(0, value)) })}>${value.toFixed(2)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${this.vectors.length > 2 ? this.scatter() : nothing}
    </section>`;
  }

  private scatter(): TemplateResult {
    const points = plane(this.vectors);
    const reach = Math.max(1e-9, ...points.flat().map(Math.abs));
    const at = ([x, y]: [number, number]): [number, number] => [200 + (x / reach) * 170, 110 - (y / reach) * 90];
    return html`<svg class="scatter panel" viewBox="0 0 400 220" aria-hidden="true">
      ${points.map((point, index) => {
        const [x, y] = at(point);
        return svg`<circle cx=${x} cy=${y} r="4"></circle><text x=${x + 7} y=${y + 4}>${index + 1}</text>`;
      })}
    </svg>`;
  }
}

define("mr-play-text-embedding", EmbeddingPane);
