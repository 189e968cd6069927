import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { handedOver } from "../../app/handover";
import { Page } from "../../app/page";
import { ApiError, isAborted } from "../../core/api";
import type { ModelInfo, ModelType, ProviderInfo } from "../../core/declared";
import { type CallRecord, type HeardEvent, PlayFailure, invokeOnce } from "../../core/invoke";
import type { Replay } from "../../core/replay";
import { type Exchange, type WireEvent, fieldsOf } from "../../core/wire";
import { failure } from "../../elements/failure";
import { callFigures } from "./call-figures";
import "./wire";

/** What may be chosen. */
export interface Offer {
  models: readonly ModelInfo[];
  providers: readonly ProviderInfo[];
}

/** One model type's part of the playground. */
export class Pane extends Page {
  @property() model = "";
  @property({ attribute: false }) info: ModelInfo | null = null;
  @property({ attribute: false }) parameters: Readonly<Record<string, unknown>> = {};
  @property({ attribute: false }) offer: Offer = { models: [], providers: [] };
  @state() protected running: AbortController | null = null;
  @state() protected failed: unknown = null;
  @state() protected record: CallRecord | null = null;

  @state() protected exchange: Exchange | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener("keydown", this.hurried);
  }

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
      const heard = this.listen(type, body);
      const { result, record } = await invokeOnce(this.client.api, type, body, running.signal, heard);
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
    return this.record ? html`<p class="muted small number">${callFigures(this.record, this.tr, this.language)}</p>` : nothing;
  }

  /** What was sent last, or would be sent now. */
  protected wire(now: Exchange): TemplateResult {
    return html`<mr-wire .surroundings=${this.surroundings} .place=${this.place} .exchange=${this.exchange ?? now}></mr-wire>`;
  }

  /** Keep what goes over the wire of a call; the returned function is told each event. */
  protected listen(type: ModelType, request: unknown): (event: HeardEvent) => void {
    const began = performance.now();
    const events: WireEvent[] = [];
    const { model } = this;
    const shown = request instanceof FormData ? fieldsOf(request) : request;
    const show = (): void => void (this.exchange = { type, model, request: shown, events });
    show();
    return ({ name, raw }) => {
      events.push({ name, data: raw, at: performance.now() - began });
      show();
    };
  }

  /** Ctrl or Cmd with Enter does what the form's button does. */
  private readonly hurried = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    const form = (event.target as HTMLElement).closest("form");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit();
  };
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
