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
  @state() private judged: Judged["results"][number] | null = null;

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
      ${textArea({ id: "moderation-text", label: this.t("play.text"), value: this.text, rows: 5, oninput: (text) => (this.text = text) })}
      <div>${this.runButton(this.t("play.moderate"), Boolean(this.text.trim()))}</div>
      ${this.outcome()} ${this.judged ? this.result(this.judged) : nothing}
    </form>`;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    const found = await this.ask<Judged>("moderation", { model: this.model, input: this.text, ...this.parameters });
    if (found) this.judged = found.results[0] ?? null;
  }

  private result(judged: Judged["results"][number]): TemplateResult {
    const scores = judged.category_scores ?? {};
    const names = Object.keys(judged.categories).sort((left, right) => (scores[right] ?? 0) - (scores[left] ?? 0));
    return html`<section class="stack" aria-label=${this.t("play.result")}>
      <div class="notice" data-tone=${judged.flagged ? "bad" : "ok"} role="status">
        ${icon(judged.flagged ? "alert" : "circleCheck")} <strong>${this.t(judged.flagged ? "play.flagged" : "play.clean")}</strong>
      </div>
      <ul class="bars">
        ${names.map(
          (name) =>
            html`<li class=${judged.categories[name] ? "flagged" : ""}>
              <span class="grow">
                <span class="row spread">
                  <span>${name}</span>
                  <span class="number">
                    ${judged.categories[name] ? html`<strong>${this.t("play.flagged")}</strong> · ` : nothing}
                    ${scores[name] === undefined || scores[name] === null ? "" : (scores[name] as number).toFixed(3)}
                  </span>
                </span>
                <span class="bar" ${styled({ "--share": String(scores[name] ?? 0) })}></span>
              </span>
            </li>`,
        )}
      </ul>
    </section>`;
  }
}

define("mr-play-moderation", ModerationPane);
