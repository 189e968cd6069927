import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { handedOver } from "../../app/handover";
import { Page } from "../../app/page";
import { ApiError, isAborted } from "../../core/api";
import type { ModelInfo, ModelType } from "../../core/declared";
import { type CallRecord, PlayFailure, invokeOnce } from "../../core/invoke";
import { money } from "../../core/price";
import type { Replay } from "../../core/replay";
import { failure } from "../../elements/failure";

/** One model type's part of the playground. */
export class Pane extends Page {
  @property() model = "";
  @property({ attribute: false }) info: ModelInfo | null = null;
  @property({ attribute: false }) parameters: Readonly<Record<string, unknown>> = {};
  @state() protected running: AbortController | null = null;
  @state() protected failed: unknown = null;
  @state() protected record: CallRecord | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.running?.abort();
  }

  protected override firstUpdated(): void {
    const { type, model } = this;
    const replay = handedOver(type, model);
    if (replay) this.begin(replay);
  }

  /** Of the pane, as its tag says it. */
  private get type(): string {
    return this.localName.slice("mr-play-".length);
  }

  /** Stand where a call of the log stood. */
  protected begin({ text }: Replay): void {
    if (text) this.fill(text);
  }

  /** Panes that take a text take this one. */
  protected fill(_: string): void {
    // A pane without a text begins empty.
  }

  /** A call with one result; null when it failed or was stopped, and then the page says why. */
  protected async ask<T>(type: ModelType, body: unknown): Promise<T | null> {
    this.running?.abort();
    const running = (this.running = new AbortController());
    this.failed = this.record = null;
    try {
      const { result, record } = await invokeOnce(this.client.api, type, body, running.signal);
      this.record = record;
      return result as T;
    } catch (error) {
      if (!isAborted(error)) this.failed = asApiError(error);
      return null;
    } finally {
      if (this.running === running) this.running = null;
    }
  }

  protected runButton(text: string, able: boolean): TemplateResult {
    return this.running
      ? html`<button type="button" class="button" @click=${() => this.running?.abort()}>${this.t("play.stop")}</button>`
      : html`<button type="submit" class="button primary" ?disabled=${!able || !this.model}>${text}</button>`;
  }

  protected outcome(): TemplateResult | typeof nothing {
    if (this.failed) return failure(this.failed, this.tr);
    return this.record ? html`<p class="muted small number">${this.figuresOf(this.record)}</p>` : nothing;
  }

  /** Time, tokens, cost of a call in one line. */
  protected figuresOf(record: CallRecord, firstMs: number | null = null): string {
    const first = record.first_token_seconds ?? (firstMs === null ? null : firstMs / 1000);
    const input = record.usage?.input?.total;
    const output = record.usage?.output?.total;
    const cost = record.cost?.total;
    const generating = record.seconds - (first ?? 0);
    return [
      first !== null ? this.t("play.first", { ms: Math.round(first * 1000) }) : "",
      this.t("play.total", { seconds: record.seconds.toFixed(record.seconds < 10 ? 2 : 1) }),
      input || output ? this.t("play.tokens", { input: input ?? 0, output: output ?? 0 }) : "",
      output && first !== null && generating > 0.05 ? this.t("play.speed", { speed: Math.round(output / generating) }) : "",
      cost ? money(Number(cost), record.cost?.currency ?? "USD", this.language) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }
}

/** A failure in the stream of a call, as every other failure is shown. */
export function asApiError(error: unknown): unknown {
  if (!(error instanceof PlayFailure)) return error;
  const { status = 502, code, message, request_id } = error.detail;
  return new ApiError(status, { message: message ?? "", request_id: request_id ?? null, ...(code ? { code } : {}) });
}

export const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
