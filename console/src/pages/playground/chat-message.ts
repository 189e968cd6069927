import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { Message, ToolCall } from "../../core/chat";
import type { Key, Words } from "../../core/i18n";
import { PlayFailure } from "../../core/invoke";
import { failure } from "../../elements/failure";
import { code } from "../../ui/code";
import "../../ui/copy-button";
import { define } from "../../ui/define";
import { textArea } from "../../ui/field";
import { icon } from "../../ui/icon";
import { Localized } from "../../ui/localized";
import "../../ui/markdown";
import { judgedAnswer, wantedCall } from "./answer-views";
import { attachmentView } from "./attaching";
import { callFigures } from "./call-figures";
import { asApiError } from "./pane";

/** What a tool is made to answer, when nobody says anything else. */
const MADE_UP = '{"ok": true}';

/**
 * One message of a conversation.
 *
 * @fires message-again - ask for this answer anew
 * @fires message-edit - `{text}`: go on from here with another text
 * @fires message-answers - `{answers}`: what each of the tools that were called is made to have answered
 */
export class ChatMessage extends Localized {
  @property({ attribute: false }) message!: Message;
  @property() model = "";
  /** Nothing comes after it. */
  @property({ type: Boolean }) last = false;
  /** It is still being written. */
  @property({ type: Boolean }) busy = false;
  /** Nothing may be changed now. */
  @property({ type: Boolean }) held = false;
  @state() private editing: string | null = null;
  @state() private answers: Readonly<Record<string, string>> = {};

  protected override createRenderRoot(): this {
    return this;
  }

  private readonly tr = (key: Key, words?: Words): string => this.t(key, words);

  protected override render(): TemplateResult {
    const { message } = this;
    if (message.role === "user") return this.asked(message);
    if (message.role === "tool") {
      return html`<article class="message tool-answer" aria-label=${this.t("play.tool.answer")}>
        <span class="row small muted">${icon("tool")} ${this.t("play.tool.answer")}</span>
        ${code(message.text, "json", this.t("play.tool.answer"))}
      </article>`;
    }
    return this.answered(message);
  }

  private asked(message: Message): TemplateResult {
    const { editing } = this;
    if (editing !== null) return this.editor(editing);
    return html`<article class="message user" aria-label=${this.t("play.you")}>
        ${
          message.attachments.length
            ? html`<ul class="attached">${message.attachments.map((file) => html`<li>${attachmentView(file)}</li>`)}</ul>`
            : nothing
        }
        ${message.text ? html`<p>${message.text}</p>` : nothing}
      </article>
      ${
        this.held
          ? nothing
          : html`<button type="button" class="button plain tiny edit" @click=${() => (this.editing = message.text)}>${this.t("play.edit")}</button>`
      }`;
  }

  private editor(text: string): TemplateResult {
    const save = (event: Event): void => {
      event.preventDefault();
      this.editing = null;
      this.tell("message-edit", { text });
    };
    return html`<form class="message user editing" @submit=${save}>
      ${textArea({ id: "edited-message", label: this.t("play.edit"), value: text, rows: 3, oninput: (next) => (this.editing = next) })}
      <div class="row">
        <button class="button primary tiny" ?disabled=${!text.trim()}>${this.t("play.edit.send")}</button>
        <button type="button" class="button plain tiny" @click=${() => (this.editing = null)}>${this.t("cancel")}</button>
      </div>
    </form>`;
  }

  private answered(message: Message): TemplateResult {
    const { busy } = this;
    return html`<article class="message" aria-label=${this.model} aria-busy=${busy ? "true" : "false"}>
      ${
        message.reasoning
          ? html`<details class="reasoning" ?open=${busy && !message.text}>
            <summary class="small">${this.t("play.reasoning")}</summary>
            <p>${message.reasoning}</p>
          </details>`
          : nothing
      }
      ${message.text ? this.text(message) : nothing} ${message.tools.length ? this.tools(message.tools) : nothing}
      ${busy && !message.text && !message.reasoning && !message.tools.length ? html`<span class="spinner muted"></span>` : nothing}
      ${message.error ? failure(asApiError(new PlayFailure(message.error)), this.tr) : nothing}
      ${message.stopped ? html`<p class="muted small">${this.t("play.stopped")}</p>` : nothing}
      ${
        message.record && !message.error
          ? html`<p class="muted small number row">
            <span>${callFigures(message.record, this.tr, this.language, message.firstMs)}</span>
            ${message.finish && message.finish !== "stop" ? html`<code>${message.finish}</code>` : nothing}
            ${message.record.warnings?.length ? html`<span class="status" data-tone="warn">${message.record.warnings.join("; ")}</span>` : nothing}
          </p>`
          : nothing
      }
      ${
        this.last && !this.held
          ? html`<div class="row">
            <button type="button" class="button plain tiny" @click=${() => this.tell("message-again", null)}>${icon("reset")} ${this.t("play.retry")}</button>
            ${message.text ? html`<mr-copy .text=${message.text}></mr-copy>` : nothing}
          </div>`
          : nothing
      }
    </article>`;
  }

  private text({ text, wanted }: Message): TemplateResult {
    if (!wanted || this.busy) return html`<mr-markdown .text=${text}></mr-markdown>`;
    return judgedAnswer(text, wanted, this.tr);
  }

  private tools(tools: readonly ToolCall[]): TemplateResult {
    const open = this.last && !this.held;
    const go = (event: Event): void => {
      event.preventDefault();
      this.tell("message-answers", { answers: tools.map((tool) => this.answers[tool.id] ?? MADE_UP) });
    };
    return html`<form class="stack close tools" @submit=${go}>
      ${tools.map(
        (tool, at) =>
          html`<div class="tool">
            ${wantedCall(tool, this.tr)}
            ${
              open
                ? textArea({
                    id: `tool-answer-${at}`,
                    label: this.t("play.tool.answer.edit", { name: tool.name }),
                    value: this.answers[tool.id] ?? MADE_UP,
                    rows: 2,
                    mono: true,
                    oninput: (text) => (this.answers = { ...this.answers, [tool.id]: text }),
                  })
                : nothing
            }
          </div>`,
      )}
      ${open ? html`<div><button class="button primary tiny">${this.t("play.tool.go")}</button></div>` : nothing}
    </form>`;
  }
}

define("mr-chat-message", ChatMessage);

declare global {
  interface HTMLElementTagNameMap {
    "mr-chat-message": ChatMessage;
  }
}
