import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { isAborted } from "../../core/api";
import type { I18nText } from "../../core/declared";
import { htmlLanguage } from "../../core/i18n";
import { PlayFailure, invoke } from "../../core/invoke";
import { define } from "../../ui/define";
import { selectField, switchField, textArea } from "../../ui/field";
import { drawing } from "../../ui/icon";
import { type StreamPlayer, streamPlayer } from "../../ui/stream-player";
import "../../ui/waveform";
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
  @state() private wantedLanguage: string | null = null;
  @state() private atOnce = true;
  @state() private playing = false;
  @state() private audio: Blob | null = null;
  private player: StreamPlayer | null = null;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.player?.stop();
  }

  private get voices(): readonly Voice[] {
    return (this.info?.model_properties?.["voices"] as readonly Voice[] | undefined) ?? [];
  }

  protected override fill(text: string): void {
    this.text = text;
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
        ${textArea({
          id: "speech-text",
          label: this.t("play.text"),
          value: this.text,
          rows: 4,
          help: this.counted(),
          oninput: (text) => (this.text = text),
        })}
        ${this.voices.length ? this.choice() : nothing}
        ${switchField({
          id: "speech-at-once",
          label: this.t("play.speak.at_once"),
          checked: this.atOnce,
          onswitch: (atOnce) => (this.atOnce = atOnce),
        })}
        <div class="row">
          ${this.runButton(this.t("play.speak"), Boolean(this.text.trim()))}
          <span role="status">${this.playing ? this.t("play.speak.playing") : ""}</span>
          ${
            this.playing
              ? html`<button type="button" class="button tiny" @click=${() => this.player?.stop()}>
                ${drawing(PICTURES.square)} ${this.t("play.speak.silence")}
              </button>`
              : nothing
          }
        </div>
        ${this.outcome()} ${this.audio ? this.result(this.audio) : nothing}
      </form>
      ${this.wire({ type: "tts", model: this.model, request: this.body, events: [] })}`;
  }

  /** How long the text is, beside what the model takes. */
  private counted(): string {
    const count = [...this.text].length;
    const limit = this.info?.limits?.characters;
    return limit ? this.t("play.characters.of", { count, limit }) : this.t("play.characters", { count });
  }

  private choice(): TemplateResult {
    const languages = [...new Set(this.voices.flatMap((voice) => voice.language ?? []))].sort();
    const spoken = this.wantedLanguage && languages.includes(this.wantedLanguage) ? this.wantedLanguage : null;
    const fitting = this.voices.filter((voice) => !spoken || !voice.language?.length || voice.language.includes(spoken));
    const names = new Intl.DisplayNames(htmlLanguage(this.language), { type: "language" });
    return html`<div class="row wrap voices">
      ${
        languages.length > 1
          ? selectField({
              id: "speech-language",
              label: this.t("play.voice.language"),
              value: spoken,
              choices: languages.map((value) => ({ value, label: languageName(names, value) })),
              none: this.t("play.voice.any"),
              onchoose: (chosen) => (this.wantedLanguage = chosen),
            })
          : nothing
      }
      ${selectField({
        id: "speech-voice",
        label: this.t("play.voice"),
        value: fitting.some((voice) => voice.mode === this.voice) ? this.voice : null,
        choices: fitting.map(({ mode, name }) => ({ value: mode, label: typeof name === "string" ? name : this.said(name) })),
        none: this.t("play.voice.default"),
        onchoose: (chosen) => (this.voice = chosen),
      })}
    </div>`;
  }

  private result(audio: Blob): TemplateResult {
    const name = `speech.${extensionOf(audio.type)}`;
    return html`<section class="stack close" aria-label=${this.t("play.result")} @play=${{ handleEvent: () => this.player?.stop(), capture: true }}>
      <mr-waveform .source=${audio} .label=${this.t("play.result")} .file=${name} .saveLabel=${this.t("play.download")}></mr-waveform>
    </section>`;
  }

  private get body(): Record<string, unknown> {
    const known = this.voices.some((voice) => voice.mode === this.voice);
    return { model: this.model, input: this.text, ...(known ? { voice: this.voice } : {}), ...this.parameters };
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    this.player?.stop();
    this.player = this.audio = null;
    const running = (this.running = new AbortController());
    this.failed = this.record = null;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    let media = "audio/wav";
    const { body } = this;
    const hear = this.listen("tts", body);
    try {
      for await (const part of invoke(this.client.api, "tts", body, running.signal)) {
        hear(part);
        if (part.name === "audio") {
          media = part.data.media_type;
          const piece = Uint8Array.from(atob(part.data.data), (letter) => letter.charCodeAt(0));
          if (!pieces.length && this.atOnce) this.player = streamPlayer(media, (playing) => (this.playing = playing));
          pieces.push(piece);
          this.player?.push(piece);
        } else if (part.name === "error") throw new PlayFailure(part.data);
        else if (part.name === "record") this.record = part.data;
      }
      this.audio = new Blob(pieces, { type: media });
      this.player?.end();
    } catch (error) {
      this.player?.stop();
      if (!isAborted(error)) this.failed = asApiError(error);
    }
    if (this.running === running) this.running = null;
  }
}

const extensionOf = (media: string): string => ({ "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/flac": "flac" })[media] ?? "wav";

/** A tag that is none of a language is shown as it is. */
function languageName(names: Intl.DisplayNames, tag: string): string {
  try {
    return names.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

define("mr-play-tts", SpeechPane);
