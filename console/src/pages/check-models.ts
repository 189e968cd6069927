import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import type { ModelInfo } from "../core/declared";
import { invokeOnce } from "../core/invoke";
import { type Checked, checkAll, estimateOf, keyOf, smallestCall } from "../core/model-check";
import { money } from "../core/price";
import { isUsable } from "../core/status";
import { describe } from "../elements/failure";
import { define } from "../ui/define";
import "../ui/overlay";
import { styled } from "../ui/styled";

/** Calls each usable model of a provider once. What that may cost stands there before. */
export class CheckModels extends Page {
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ type: Boolean }) open = false;
  @state() private running: AbortController | null = null;
  @state() private results: ReadonlyMap<string, Checked> | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running?.abort();
  }

  private get callable(): readonly ModelInfo[] {
    return this.models.filter(isUsable);
  }

  protected override render(): TemplateResult {
    return html`<mr-overlay
      mode="dialog"
      .open=${this.open}
      .heading=${this.t("check.title")}
      .closeLabel=${this.t("close")}
      @overlay-close=${(event: Event) => this.close(event)}
    >
      <div class="pad stack">${this.open ? (this.results ? this.found(this.results) : this.question()) : nothing}</div>
    </mr-overlay>`;
  }

  /** The drawer around this dialog stays open. Leaving ends the calls that are under way. */
  private close(event: Event): void {
    event.stopPropagation();
    this.running?.abort();
    this.results = null;
    this.tell("check-close", null);
  }

  private question(): TemplateResult {
    const { callable } = this;
    const { amounts, unknown } = estimateOf(callable);
    const sums = Object.entries(amounts).map(([currency, amount]) => money(amount, currency, this.language));
    return html`<p>${this.t("check.about", { count: callable.length })}</p>
      ${sums.length ? html`<p class="number">${this.t("check.cost", { amount: sums.join(" + ") })}</p>` : nothing}
      ${unknown ? html`<p class="muted">${this.t("check.unknown", { count: unknown })}</p>` : nothing}
      <div>
        <button type="button" class="button primary" ?disabled=${!callable.length} @click=${() => void this.begin()}>${this.t("check.start")}</button>
      </div>`;
  }

  private found(results: ReadonlyMap<string, Checked>): TemplateResult {
    const all = [...results.values()];
    const slowest = Math.max(...all.map(({ seconds }) => seconds ?? 0), 0.001);
    const count = (state: Checked["state"]): number => all.filter((each) => each.state === state).length;
    return html`<div class="row spread">
        <p role="status" class="number">${this.t("check.so_far", { done: count("good") + count("bad"), all: all.length, bad: count("bad") })}</p>
        ${
          this.running
            ? html`<button type="button" class="button" @click=${() => this.running?.abort()}>${this.t("cancel")}</button>`
            : html`<button type="button" class="button" @click=${() => void this.begin()}>${this.t("again")}</button>`
        }
      </div>
      <ul class="bare sync-list">
        ${this.callable.map((model) => {
          const checked = results.get(keyOf(model));
          return checked ? html`<li>${this.row(model, checked, slowest)}</li>` : nothing;
        })}
      </ul>`;
  }

  private row(model: ModelInfo, { state, seconds, error }: Checked, slowest: number): TemplateResult {
    const tone = { good: "ok", bad: "bad", running: "warn", waiting: "idle" }[state];
    return html`<div class="row">
        <span class="status" data-tone=${tone}><span class="visually-hidden">${this.t(`check.${state}`)}</span></span>
        <code class="grow cut">${model.model}</code>
        ${state === "running" ? html`<span class="spinner"></span>` : nothing}
        ${seconds === null ? nothing : html`<span class="number small">${this.t("play.total", { seconds: seconds.toFixed(2) })}</span>`}
      </div>
      ${seconds === null ? nothing : html`<span class="bar" ${styled({ "--share": String(seconds / slowest) })}></span>`}
      ${error ? html`<p class="small error-text">${error instanceof Error && error.message ? error.message : describe(error, this.tr).what}</p>` : nothing}`;
  }

  private async begin(): Promise<void> {
    const running = (this.running = new AbortController());
    const { callable } = this;
    const waiting = (model: ModelInfo): Checked => ({ key: keyOf(model), state: "waiting", seconds: null, error: null });
    this.results = new Map(callable.map((model) => [keyOf(model), waiting(model)]));
    await checkAll(
      callable,
      (model, signal) => this.call(model, signal),
      (checked) => {
        if (this.running === running && this.results) this.results = new Map([...this.results, [checked.key, checked]]);
      },
      running.signal,
    );
    if (this.running === running) this.running = null;
  }

  private async call(model: ModelInfo, signal: AbortSignal): Promise<number> {
    const began = performance.now();
    const { record } = await invokeOnce(this.client.api, model.model_type, smallestCall(model), signal);
    return record?.seconds ?? (performance.now() - began) / 1000;
  }
}

define("mr-check-models", CheckModels);

declare global {
  interface HTMLElementTagNameMap {
    "mr-check-models": CheckModels;
  }
}
