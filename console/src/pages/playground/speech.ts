import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { isAborted } from "../../core/api";
import type { I18nText } from "../../core/declared";
import { PlayFailure, invoke } from "../../core/invoke";
import { define } from "../../ui/define";
import { selectField, textArea } from "../../ui/field";
import { Pane, asApiError } from "./pane";

interface Voice {
  mode: string;
  name: string | I18nText;
  language?: readonly string[];
}

/** A text spoken. */
export class SpeechPane extends Pane {
  @state() private text = "Good morning! How are you today?";
  @state() private voice: string | null = null;
  @state() private audio: { address: string; media: string } | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.forget();
  }

  private get voices(): readonly Voice[] {
    return (this.info?.model_properties?.["voices"] as readonly Voice[] | undefined) ?? [];
  }

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    const choices = this.voices.map(({ mode, name }) => ({
      value: mode,
      label: typeof name === "string" ? name : this.said(name),
    }));
    const voice = choices.some((choice) => choice.value === this.voice) ? this.voice : null;
    return html`<form class="stack" @submit=${this.submitted}>
      ${textArea({ id: "speech-text", label: this.t("play.text"), value: this.text, rows: 4, oninput: (text) => (this.text = text) })}
      ${
        choices.length
          ? selectField({
              id: "speech-voice",
              label: this.t("play.voice"),
              value: voice,
              choices,
              none: this.t("play.voice.default"),
              onchoose: (chosen) => (this.voice = chosen),
            })
          : nothing
      }
      <div>${this.runButton(this.t("play.speak"), Boolean(this.text.trim()))}</div>
      ${this.outcome()}
      ${
        this.audio
          ? html`<section class="row wrap" aria-label=${this.t("play.result")}>
            <audio controls src=${this.audio.address}></audio>
            <a class="button" href=${this.audio.address} download=${`speech.${extensionOf(this.audio.media)}`}>${this.t("play.download")}</a>
          </section>`
          : nothing
      }
    </form>`;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    this.forget();
    const running = (this.running = new AbortController());
    this.failed = this.record = null;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let media = "audio/wav";
    const body = { model: this.model, input: this.text, ...(this.voice ? { voice: this.voice } : {}), ...this.parameters };
    try {
      for await (const part of invoke(this.client.api, "tts", body, running.signal)) {
        if (part.name === "audio") {
          media = part.data.media_type;
          pieces.push(Uint8Array.from(atob(part.data.data), (letter) => letter.charCodeAt(0)));
        } else if (part.name === "error") throw new PlayFailure(part.data);
        else if (part.name === "record") this.record = part.data;
      }
      this.audio = { address: URL.createObjectURL(new Blob(pieces, { type: media })), media };
    } catch (error) {
      if (!isAborted(error)) this.failed = asApiError(error);
    }
    if (this.running === running) this.running = null;
  }

  private forget(): void {
    if (this.audio) URL.revokeObjectURL(this.audio.address);
    this.audio = null;
  }
}

const extensionOf = (media: string): string => ({ "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/flac": "flac" })[media] ?? "wav";

define("mr-play-tts", SpeechPane);
