import { type PropertyValues, type TemplateResult, html } from "lit";
import { query, state } from "lit/decorators.js";
import { isAborted } from "../../core/api";
import type { Attachment } from "../../core/attachments";
import { type Message, chatBody, grown, said } from "../../core/chat";
import { schemaOf, toolsOf } from "../../core/declared-tools";
import { invoke } from "../../core/invoke";
import type { Replay } from "../../core/replay";
import { define } from "../../ui/define";
import { fetchWhenIdle } from "../../ui/idle";
import "./chat-options";
import { type ChatOptions, type ChatTexts, NO_TEXTS, serves } from "./chat-options";
import "./composer";
import { Pane } from "./pane";

/** What draws messages comes when there is time, at the latest with the first of them. */
const drawer = (): Promise<unknown> => import("./chat-message");

/** Talk to a model; what it took stands under each answer, and what went over the wire is one click away. */
export class ChatPane extends Pane {
  @state() private messages: readonly Message[] = [];
  @state() private draft = "";
  @state() private attachments: readonly Attachment[] = [];
  @state() private texts: ChatTexts = NO_TEXTS;
  @query(".log") private readonly log!: HTMLElement;
  @query("mr-chat-options") private readonly options!: ChatOptions;
  private pinned = true;

  /** What was said last is in the field again: it is for whoever reads it to send. */
  protected override begin({ system, messages }: Replay): void {
    const last = messages.at(-1)?.role === "user" ? messages.at(-1) : undefined;
    this.texts = { ...this.texts, system };
    this.messages = (last ? messages.slice(0, -1) : messages).map(({ role, text }) => said(role, text));
    this.draft = last?.text ?? "";
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("model")) this.exchange = null;
    if (changed.has("messages") && this.messages.length) void drawer().then(() => this.toEnd());
  }

  protected override firstUpdated(): void {
    super.firstUpdated();
    fetchWhenIdle(drawer);
  }

  protected override updated(_: PropertyValues): void {
    this.toEnd();
  }

  private toEnd(): void {
    if (this.pinned) this.log?.scrollTo({ top: this.log.scrollHeight });
  }

  private get features(): readonly string[] {
    return this.info?.features ?? [];
  }

  private get tools(): ReturnType<typeof toolsOf> {
    return toolsOf(serves("tools", this.features) ? this.texts.tools : "");
  }

  private get schema(): ReturnType<typeof schemaOf> {
    return schemaOf(serves("schema", this.features) ? this.texts.schema : "");
  }

  protected override render(): TemplateResult {
    const { messages } = this;
    const running = this.running !== null;
    const blocked = this.tools.fault ? this.t("play.tools.mend") : this.schema.fault ? this.t("play.schema.mend") : "";
    return html`<div class="chat panel">
        <mr-chat-options
          .texts=${this.texts}
          .features=${this.features}
          @texts-change=${(event: CustomEvent<{ value: ChatTexts }>) => (this.texts = event.detail.value)}
        ></mr-chat-options>
        <div class="log" role="log" aria-label=${this.t("play.log")} tabindex="0" @scroll=${this.scrolled}>
          ${
            messages.length
              ? messages.map((message, at) => this.drawMessage(message, at))
              : html`<div class="empty">
                <h2>${this.t("play.empty")}</h2>
                <p>${this.t("play.empty.about")}</p>
              </div>`
          }
        </div>
        <mr-composer
          .text=${this.draft}
          .attachments=${this.attachments}
          .features=${this.features}
          .model=${this.model}
          .busy=${running}
          .clearable=${messages.length > 0}
          .blocked=${blocked}
          @composer-change=${({ detail }: CustomEvent<{ text: string; attachments: readonly Attachment[] }>) => {
            this.draft = detail.text;
            this.attachments = detail.attachments;
          }}
          @composer-send=${this.send}
          @composer-stop=${() => this.running?.abort()}
          @composer-clear=${this.clear}
        ></mr-composer>
      </div>
      ${this.wire({ type: "llm", model: this.model, request: this.bodyOf(this.drafted()), events: [] })}`;
  }

  private drawMessage(message: Message, at: number): TemplateResult {
    const { messages } = this;
    const last = at === messages.length - 1;
    const running = this.running !== null;
    return html`<mr-chat-message
      .message=${message}
      .model=${this.model}
      .last=${last}
      .busy=${last && running}
      .held=${running}
      @message-again=${() => this.answer(messages.slice(0, messages.findLastIndex((each) => each.role !== "assistant") + 1))}
      @message-edit=${({ detail }: CustomEvent<{ text: string }>) =>
        this.answer([...messages.slice(0, at), { ...message, text: detail.text }])}
      @message-answers=${({ detail }: CustomEvent<{ answers: readonly string[] }>) =>
        this.answer([
          ...messages,
          ...message.tools.map((tool, index) => said("tool", detail.answers[index] ?? "", { answers: tool.id })),
        ])}
    ></mr-chat-message>`;
  }

  /** The conversation with what stands in the field, as it would be sent now. */
  private drafted(): readonly Message[] {
    const text = this.draft.trim();
    const { attachments } = this;
    return text || attachments.length ? [...this.messages, said("user", text, { attachments })] : this.messages;
  }

  private bodyOf(messages: readonly Message[]): Record<string, unknown> {
    const { model, parameters } = this;
    const { system } = this.texts;
    return chatBody({ model, system, messages, parameters, tools: this.tools.value, schema: this.schema.value });
  }

  private scrolled(): void {
    const { log } = this;
    this.pinned = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  }

  private readonly clear = (): void => {
    this.messages = [];
    this.exchange = null;
  };

  private readonly send = (): void => {
    const messages = this.drafted();
    this.draft = "";
    this.attachments = [];
    this.options.fold();
    void this.answer(messages);
  };

  private async answer(before: readonly Message[]): Promise<void> {
    const body = this.bodyOf(before);
    const running = (this.running = new AbortController());
    const hear = this.listen("llm", body);
    const began = performance.now();
    let message = said("assistant", "", { wanted: this.schema.value });
    const show = (): void => void (this.messages = [...before, message]);
    this.pinned = true;
    show();
    try {
      for await (const event of invoke(this.client.api, "llm", body, running.signal)) {
        hear(event);
        if (event.name === "chunk" || event.name === "result") {
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
