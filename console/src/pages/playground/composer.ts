import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import type { Attachment } from "../../core/attachments";
import type { Key, Words } from "../../core/i18n";
import { define } from "../../ui/define";
import { drawing, icon } from "../../ui/icon";
import { Localized } from "../../ui/localized";
import { tooltip } from "../../ui/tooltip";
import { Attaching, type AttachingHost } from "./attaching";

/**
 * Where a message is written: its text, and the files that the model can be given.
 *
 * @fires composer-change - `{text, attachments}`
 * @fires composer-send - nothing; the host has what was told last
 * @fires composer-stop
 * @fires composer-clear
 */
export class Composer extends Localized implements AttachingHost {
  @property() text = "";
  @property({ attribute: false }) attachments: readonly Attachment[] = [];
  @property({ attribute: false }) features: readonly string[] = [];
  @property() model = "";
  @property({ type: Boolean }) busy = false;
  /** There is something to begin anew from. */
  @property({ type: Boolean }) clearable = false;
  /** Why nothing can be sent; empty: it can. */
  @property() blocked = "";
  @state() private above = false;
  private readonly files = new Attaching(this);

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const refused = this.blocked || this.files.refused;
    return html`<form
      class="composer ${this.above ? "above" : ""}"
      @submit=${this.submitted}
      @dragover=${this.dragged}
      @dragleave=${() => (this.above = false)}
      @drop=${this.dropped}
    >
      ${this.files.list()}
      <textarea
        class="input"
        rows="2"
        aria-label=${this.t("play.message")}
        placeholder=${this.t("play.message.hint")}
        .value=${this.text}
        @input=${(event: Event) => this.change({ text: (event.target as HTMLTextAreaElement).value })}
        @keydown=${this.pressed}
        @paste=${this.pasted}
      ></textarea>
      ${refused ? html`<p class="error" role="alert">${icon("alert")} <span>${refused}</span></p>` : nothing}
      <div class="row">
        ${this.files.button("play.attach.none")}
        <span class="grow"></span>
        ${
          this.clearable && !this.busy
            ? html`<button type="button" class="button plain" @click=${() => this.tell("composer-clear", null)}>${this.t("play.clear")}</button>`
            : nothing
        }
        ${
          this.busy
            ? html`<button type="button" class="button" @click=${() => this.tell("composer-stop", null)}>${drawing(PICTURES.square)} ${this.t("play.stop")}</button>`
            : html`<button
              class="button primary square"
              aria-label=${this.t("play.send")}
              ${tooltip(this.t("play.send"))}
              ?disabled=${!this.able}
            >
              ${drawing(PICTURES.send)}
            </button>`
        }
      </div>
    </form>`;
  }

  private get able(): boolean {
    return Boolean(this.model) && !this.blocked && Boolean(this.text.trim() || this.attachments.length);
  }

  private change(change: { text?: string; attachments?: readonly Attachment[] }): void {
    this.text = change.text ?? this.text;
    this.attachments = change.attachments ?? this.attachments;
    this.tell("composer-change", { text: this.text, attachments: this.attachments });
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    (event.target as HTMLTextAreaElement).form?.requestSubmit();
  }

  private submitted(event: Event): void {
    event.preventDefault();
    this.files.refused = "";
    this.requestUpdate();
    if (this.able && !this.busy) this.tell("composer-send", null);
  }

  private dragged(event: DragEvent): void {
    event.preventDefault();
    this.above = true;
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.above = false;
    void this.files.take(event.dataTransfer?.files);
  }

  private pasted(event: ClipboardEvent): void {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    void this.files.take(event.clipboardData.files);
  }

  readonly tr = (key: Key, words?: Words): string => this.t(key, words);

  lacking(): string {
    return this.model;
  }

  attach(attachments: readonly Attachment[]): void {
    this.change({ attachments });
  }
}

define("mr-composer", Composer);

declare global {
  interface HTMLElementTagNameMap {
    "mr-composer": Composer;
  }
}
