import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { define } from "../../ui/define";
import { textArea } from "../../ui/field";
import { icon } from "../../ui/icon";
import { styled } from "../../ui/styled";
import { Pane } from "./pane";

interface Judged {
  results: readonly { flagged: boolean; categories: Record<string, boolean>; category_scores?: Record<string, number> | null }[];
}

/** What a text is flagged for, by category. */
export class ModerationPane extends Pane {
  @state() private text = "Have a nice day.";
  /** Of a score, from 0 to 1: where one's own line is. */
  @state() private threshold = 0.5;
  @state() private judged: Judged["results"][number] | null = null;

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
      ${textArea({ id: "moderation-text", label: this.t("play.text"), value: this.text, rows: 5, oninput: (text) => (this.text = text) })}
      <div>${this.runButton(this.t("play.moderate"), Boolean(this.text.trim()))}</div>
      ${this.outcome()} ${this.judged ? this.result(this.judged) : nothing}
    </form>
    ${this.wire({ type: "moderation", model: this.model, request: this.body, events: [] })}`;
  }

  private get body(): Record<string, unknown> {
    return { model: this.model, input: this.text, ...this.parameters };
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const found = await this.ask<Judged>("moderation", this.body);
    if (found) this.judged = found.results[0] ?? null;
  }

  private result(judged: Judged["results"][number]): TemplateResult {
    const scores = judged.category_scores ?? {};
    const above = Object.values(scores).filter((score) => score >= this.threshold).length;
    const names = Object.keys(judged.categories).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
    return html`<section class="stack" aria-label=${this.t("play.result")}>
      <div class="notice" data-tone=${judged.flagged ? "bad" : "ok"} role="status">
        ${icon(judged.flagged ? "alert" : "circleCheck")} <strong>${this.t(judged.flagged ? "play.flagged" : "play.clean")}</strong>
      </div>
      ${judged.category_scores ? this.line(above, Object.keys(scores).length) : nothing}
      <ul class="bars">
        ${names.map(
          (name) =>
            html`<li class=${judged.categories[name] ? "flagged" : (scores[name] ?? 0) >= this.threshold ? "over" : ""}>
              <span class="grow">
                <span class="row spread">
                  <span>${name}</span>
                  <span class="number">
                    ${judged.categories[name] ? html`<strong>${this.t("play.flagged")}</strong> · ` : nothing}
                    ${(scores[name] ?? 0) >= this.threshold ? html`${this.t("play.over")} · ` : nothing}
                    ${scores[name] === undefined || scores[name] === null ? "" : (scores[name] as number).toFixed(3)}
                  </span>
                </span>
                <span class="bar marked" ${styled({ "--share": String(scores[name] ?? 0), "--mark": String(this.threshold) })}></span>
              </span>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private line(above: number, of: number): TemplateResult {
    return html`<div class="field threshold">
      <label class="label" for="moderation-threshold">${this.t("play.threshold")}</label>
      <input
        id="moderation-threshold"
        class="slider"
        type="range"
        min="0"
        max="1"
        step="0.01"
        .value=${String(this.threshold)}
        @input=${(event: Event) => (this.threshold = Number((event.target as HTMLInputElement).value))}
      />
      <output class="number" for="moderation-threshold">${this.threshold.toFixed(2)} · ${this.t("play.passing", { count: above, of })}</output>
    </div>`;
  }
}

define("mr-play-moderation", ModerationPane);
