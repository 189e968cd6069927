import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { type Attachment, type AttachmentFeature, type FileFault, acceptedBy, faultOf, featureFor } from "../../core/attachments";
import type { Key } from "../../core/i18n";
import { define } from "../../ui/define";
import { drawing, icon } from "../../ui/icon";
import { Localized } from "../../ui/localized";
import { tooltip } from "../../ui/tooltip";

const FAULTS: Readonly<Record<FileFault, Key>> = {
  feature: "play.attach.feature",
  kind: "play.attach.kind",
  size: "play.attach.size",
};

/**
 * Where a message is written: its text, and the files that the model can be given.
 *
 * @fires composer-change - `{text, attachments}`
 * @fires composer-send - nothing; the host has what was told last
 * @fires composer-stop
 * @fires composer-clear
 */
export class Composer extends Localized {
  @property() text = "";
  @property({ attribute: false }) attachments: readonly Attachment[] = [];
  @property({ attribute: false }) features: readonly string[] = [];
  @property() model = "";
  @property({ type: Boolean }) busy = false;
  /** There is something to begin anew from. */
  @property({ type: Boolean }) clearable = false;
  /** Why nothing can be sent; empty: it can. */
  @property() blocked = "";
  @state() private refused = "";
  @state() private above = false;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const accept = acceptedBy(this.features);
    return html`<form
      class="composer ${this.above ? "above" : ""}"
      @submit=${this.submitted}
      @dragover=${this.dragged}
      @dragleave=${() => (this.above = false)}
      @drop=${this.dropped}
    >
      ${this.files()}
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
      ${this.blocked || this.refused ? html`<p class="error" role="alert">${icon("alert")} <span>${this.blocked || this.refused}</span></p>` : nothing}
      <div class="row">
        ${
          accept
            ? html`<label class="button plain tiny file-button">
              ${icon("image")} ${this.t("play.attach")}
              <input type="file" class="visually-hidden" multiple accept=${accept} @change=${this.picked} />
            </label>`
            : html`<span class="muted small">${this.t("play.attach.none")}</span>`
        }
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

  private files(): TemplateResult | typeof nothing {
    if (!this.attachments.length) return nothing;
    return html`<ul class="attached" aria-label=${this.t("play.attached")}>
      ${this.attachments.map(
        (file) =>
          html`<li>
            ${attachmentView(file)}
            <button
              type="button"
              class="button plain tiny square"
              aria-label=${this.t("play.attach.remove", { name: file.name })}
              @click=${() => this.change({ attachments: this.attachments.filter((each) => each !== file) })}
            >
              ${icon("close")}
            </button>
          </li>`,
      )}
    </ul>`;
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
    this.refused = "";
    if (this.able && !this.busy) this.tell("composer-send", null);
  }

  private dragged(event: DragEvent): void {
    event.preventDefault();
    this.above = true;
  }

  private dropped(event: DragEvent): void {
    event.preventDefault();
    this.above = false;
    void this.take(event.dataTransfer?.files);
  }

  private pasted(event: ClipboardEvent): void {
    if (!event.clipboardData?.files.length) return;
    event.preventDefault();
    void this.take(event.clipboardData.files);
  }

  private picked(event: Event): void {
    const input = event.target as HTMLInputElement;
    void this.take(input.files).then(() => (input.value = ""));
  }

  private async take(files: FileList | null | undefined): Promise<void> {
    this.refused = "";
    const taken: Attachment[] = [];
    for (const file of files ?? []) {
      const fault = faultOf(file, this.features);
      if (fault) this.refused = this.t(FAULTS[fault], { name: file.name, model: this.model, feature: this.featureWord(file.type) });
      else taken.push({ name: file.name, mediaType: file.type, url: await addressOf(file) });
    }
    if (taken.length) this.change({ attachments: [...this.attachments, ...taken] });
  }

  private featureWord(mediaType: string): string {
    const feature = featureFor(mediaType);
    return feature ? this.t(FEATURE_WORDS[feature]) : "";
  }
}

const FEATURE_WORDS: Readonly<Record<AttachmentFeature, Key>> = {
  vision: "feature.vision",
  audio: "feature.audio",
  video: "feature.video",
  document: "feature.document",
};

/** A file as one sees it. */
export const attachmentView = (file: Attachment): TemplateResult =>
  file.mediaType.startsWith("image/")
    ? html`<img class="thumb" src=${file.url} alt=${file.name} />`
    : html`<span class="row">${icon("document")} <span class="cut">${file.name}</span></span>`;

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error(file.name));
    reader.readAsDataURL(file);
  });
}

define("mr-composer", Composer);

declare global {
  interface HTMLElementTagNameMap {
    "mr-composer": Composer;
  }
}
