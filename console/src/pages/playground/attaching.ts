import { type ReactiveControllerHost, type TemplateResult, html, nothing } from "lit";
import { type Attachment, type AttachmentFeature, type FileFault, acceptedBy, faultOf, featureFor } from "../../core/attachments";
import type { Key, Words } from "../../core/i18n";
import { icon } from "../../ui/icon";

const FAULTS: Readonly<Record<FileFault, Key>> = {
  feature: "play.attach.feature",
  kind: "play.attach.kind",
  size: "play.attach.size",
};
const FEATURE_WORDS: Readonly<Record<AttachmentFeature, Key>> = {
  vision: "feature.vision",
  audio: "feature.audio",
  video: "feature.video",
  document: "feature.document",
};

/** What files are added to. */
export interface AttachingHost extends ReactiveControllerHost {
  readonly attachments: readonly Attachment[];
  /** Of whoever is given the files. */
  readonly features: readonly string[];
  readonly tr: (key: Key, words?: Words) => string;
  attach(files: readonly Attachment[]): void;
  /** The names of those that cannot be given such a file. */
  lacking(feature: string): string;
}

/** Files beside a message: taken from a field, a drop or the clipboard, shown, and put away again. */
export class Attaching {
  /** Why a file was not taken; empty: nothing was refused. */
  refused = "";

  constructor(private readonly host: AttachingHost) {}

  async take(files: FileList | null | undefined): Promise<void> {
    const { host } = this;
    this.refused = "";
    const taken: Attachment[] = [];
    for (const file of files ?? []) {
      const fault = faultOf(file, host.features);
      if (fault) this.refused = this.words(file, fault);
      else taken.push({ name: file.name, mediaType: file.type, url: await addressOf(file) });
    }
    if (taken.length) host.attach([...host.attachments, ...taken]);
    host.requestUpdate();
  }

  private words({ name, type }: File, fault: FileFault): string {
    const feature = featureFor(type);
    const { tr } = this.host;
    return tr(FAULTS[fault], {
      name,
      model: feature ? this.host.lacking(feature) : "",
      feature: feature ? tr(FEATURE_WORDS[feature]) : "",
    });
  }

  list(): TemplateResult | typeof nothing {
    const { attachments, tr } = this.host;
    if (!attachments.length) return nothing;
    return html`<ul class="attached" aria-label=${tr("play.attached")}>
      ${attachments.map(
        (file) =>
          html`<li>
            ${attachmentView(file)}
            <button
              type="button"
              class="button plain tiny square"
              aria-label=${tr("play.attach.remove", { name: file.name })}
              @click=${() => this.host.attach(attachments.filter((each) => each !== file))}
            >
              ${icon("close")}
            </button>
          </li>`,
      )}
    </ul>`;
  }

  /** The button; where nobody reads any file, the words that say so. */
  button(none: Key): TemplateResult {
    const { features, tr } = this.host;
    const accept = acceptedBy(features);
    if (!accept) return html`<span class="muted small">${tr(none)}</span>`;
    const picked = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      void this.take(input.files).then(() => (input.value = ""));
    };
    return html`<label class="button plain tiny file-button">
      ${icon("image")} ${tr("play.attach")}
      <input type="file" class="visually-hidden" multiple accept=${accept} @change=${picked} />
    </label>`;
  }
}

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
