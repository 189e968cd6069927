import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { isAborted } from "../../core/api";
import { type Message, chatBody, grown, said } from "../../core/chat";
import { PlayFailure, invoke } from "../../core/invoke";
import type { Replay } from "../../core/replay";
import { failure } from "../../elements/failure";
import { define } from "../../ui/define";
import { textArea } from "../../ui/field";
import { drawing, icon } from "../../ui/icon";
import "../../ui/markdown";
import { tooltip } from "../../ui/tooltip";
import { Pane, asApiError } from "./pane";

/** Talk to a model; what it took stands under each answer, and what went over the wire is one click away. */
export class ChatPane extends Pane {
  @state() private messages: readonly Message[] = [];
  @state() private draft = "";
  @state() private system = "";
  @state() private wire: { request: unknown; events: readonly unknown[] } = { request: null, events: [] };
  @query(".log") private readonly log!: HTMLElement;
  private pinned = true;

  /** What was said last is in the field again: it is for whoever reads it to send. */
  protected override begin({ system, messages }: Replay): void {
    const last = messages.at(-1)?.role === "user" ? messages.at(-1) : undefined;
    this.system = system;
    this.messages = (last ? messages.slice(0, -1) : messages).map(({ role, text }) => said(role, text));
    this.draft = last?.text ?? "";
  }

  protected override updated(_: PropertyValues): void {
    if (this.pinned) this.log?.scrollTo({ top: this.log.scrollHeight });
  }

  protected override render(): TemplateResult {
    return html`<div class="chat panel">
      <details class="system">
        <summary>${this.t("play.system")}</summary>
        ${textArea({ id: "chat-system", label: this.t("play.system"), value: this.system, rows: 3, oninput: (text) => (this.system = text) })}
      </details>
      <div class="log" role="log" aria-label=${this.t("play.log")} tabindex="0" @scroll=${this.scrolled}>
        ${
          this.messages.length
            ? this.messages.map((message, at) => this.drawMessage(message, at))
            : html`<div class="empty">
              <h2>${this.t("play.empty")}</h2>
              <p>${this.t("play.empty.about")}</p>
            </div>`
        }
      </div>
      ${this.composer()}
    </div>`;
  }

  private drawMessage(message: Message, at: number): TemplateResult {
    const last = at === this.messages.length - 1;
    if (message.role === "user") {
      return html`<article class="message user" aria-label=${this.t("play.you")}><p>${message.text}</p></article>`;
    }
    const busy = last && this.running !== null;
    return html`<article class="message" aria-label=${this.model} aria-busy=${busy ? "true" : "false"}>
      ${
        message.reasoning
          ? html`<details class="reasoning" ?open=${busy && !message.text}>
            <summary class="small">${this.t("play.reasoning")}</summary>
            <p>${message.reasoning}</p>
          </details>`
          : nothing
      }
      ${message.text ? html`<mr-markdown .text=${message.text}></mr-markdown>` : nothing}
      ${message.tools.map(
        (tool) =>
          html`<div class="tool">
            <span class="row">${icon("tool")} ${this.t("play.tool", { name: tool.name })}</span>
            <pre class="mono">${tool.arguments}</pre>
          </div>`,
      )}
      ${busy && !message.text && !message.reasoning ? html`<span class="spinner muted"></span>` : nothing}
      ${message.error ? failure(asApiError(new PlayFailure(message.error)), this.tr) : nothing}
      ${message.stopped ? html`<p class="muted small">${this.t("play.stopped")}</p>` : nothing}
      ${
        message.record && !message.error
          ? html`<p class="muted small number row">
            <span>${this.figuresOf(message.record, message.firstMs)}</span>
            ${message.record.warnings?.length ? html`<span class="status" data-tone="warn">${message.record.warnings.join("; ")}</span>` : nothing}
          </p>`
          : nothing
      }
      ${last && !busy ? this.afterwards(message) : nothing}
    </article>`;
  }

  private afterwards(message: Message): TemplateResult {
    const shown = JSON.stringify({ request: this.wire.request, events: this.wire.events, record: message.record }, null, 2);
    return html`<div class="row">
        <button type="button" class="button plain tiny" @click=${() => void this.again()}>${icon("reset")} ${this.t("play.retry")}</button>
        ${message.text ? html`<mr-copy .text=${message.text}></mr-copy>` : nothing}
      </div>
      <details class="wire">
        <summary class="small muted">${this.t("play.debug")}</summary>
        <pre class="mono" tabindex="0">${shown}</pre>
      </details>`;
  }

  private composer(): TemplateResult {
    return html`<form class="composer" @submit=${this.submitted}>
      <textarea
        class="input"
        rows="2"
        aria-label=${this.t("play.message")}
        placeholder=${this.t("play.message.hint")}
        .value=${this.draft}
        @input=${(event: Event) => (this.draft = (event.target as HTMLTextAreaElement).value)}
        @keydown=${this.pressed}
      ></textarea>
      <div class="row">
        ${
          this.messages.length && !this.running
            ? html`<button type="button" class="button plain" @click=${() => (this.messages = [])}>${this.t("play.clear")}</button>`
            : nothing
        }
        <span class="grow"></span>
        ${
          this.running
            ? html`<button type="button" class="button" @click=${() => this.running?.abort()}>${drawing(PICTURES.square)} ${this.t("play.stop")}</button>`
            : html`<button
              class="button primary square"
              aria-label=${this.t("play.send")}
              ${tooltip(this.t("play.send"))}
              ?disabled=${!this.draft.trim() || !this.model}
            >
              ${drawing(PICTURES.send)}
            </button>`
        }
      </div>
    </form>`;
  }

  private scrolled(): void {
    const { log } = this;
    this.pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  }

  private submitted(event: Event): void {
    event.preventDefault();
    const text = this.draft.trim();
    if (!text || this.running || !this.model) return;
    this.draft = "";
    void this.answer([...this.messages, said("user", text)]);
  }

  private async again(): Promise<void> {
    const asked = this.messages.map((message) => message.role).lastIndexOf("user");
    if (asked >= 0) await this.answer(this.messages.slice(0, asked + 1));
  }

  private async answer(before: readonly Message[]): Promise<void> {
    const body = chatBody({ model: this.model, system: this.system, messages: before, parameters: this.parameters });
    const running = (this.running = new AbortController());
    const began = performance.now();
    const events: unknown[] = [];
    let message = said("assistant");
    const show = (): void => void (this.messages = [...before, message]);
    this.wire = { request: body, events };
    this.pinned = true;
    show();
    try {
      for await (const event of invoke(this.client.api, "llm", body, running.signal)) {
        if (event.name === "chunk" || event.name === "result") {
          events.push(event.data);
          message = grown(message, event.data);
          if (message.firstMs === null && (message.text || message.reasoning))
            message = { ...message, firstMs: performance.now() - began };
        } else if (event.name === "error") message = { ...message, error: event.data };
        else if (event.name === "record") message = { ...message, record: event.data };
        show();
      }
    } catch (error) {
      const told = error instanceof Error ? error.message : "";
      message = isAborted(error) ? { ...message, stopped: true } : { ...message, error: { message: told, ...(error as object) } };
      show();
    }
    if (this.running === running) this.running = null;
  }
}

define("mr-play-llm", ChatPane);
